use tally_control::Sync;

use crate::error::DemoError;
use crate::{Demo, Scene};

/// Tells who has a copy of which record, as each borough knows it.
pub(crate) fn tell(demo: &Demo, tell: &mut impl FnMut(Scene)) -> Result<(), DemoError> {
    // Receipts follow what they are about by some seconds.
    demo.stage.together()?;
    for member in demo.stage.members() {
        let records = demo.stage.ask(&member, None, &Sync { record: None })?.records;
        let name = demo.stage.name_of(&member);
        tell(Scene::Copies { seen_by: member, name, records });
    }
    Ok(())
}
