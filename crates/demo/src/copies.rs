use tally_control::Sync;

use crate::error::DemoError;
use crate::{Scene, Tale};

/// Tells who has a copy of which record, as each borough knows it.
pub(crate) fn tell(tale: &Tale, tell: &mut impl FnMut(Scene)) -> Result<(), DemoError> {
    // Receipts follow what they are about by some seconds.
    tale.stage.together()?;
    for member in tale.stage.members() {
        let records = tale.stage.ask(&member, None, &Sync { record: None })?.records;
        let name = tale.stage.name_of(&member);
        tell(Scene::Copies { seen_by: member, name, records });
    }
    Ok(())
}
