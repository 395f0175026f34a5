use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter};

use serde::{Deserialize, Serialize};

use crate::ask::Ask;
use crate::moment::Moment;

/// Every event from now on, a line each, until the socket closes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Events {}

impl Ask for Events {
    const NAME: &'static str = "events";
    type Answer = Event;
}

/// Something that happened. Names ids, never words of a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// What.
    pub event: Happening,
    /// When.
    pub at: Moment,
    /// Ids that belong to it.
    pub about: BTreeMap<String, String>,
}

/// What can happen; one word with underscores as text and in JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Happening {
    /// A partner's node is connected.
    Connected,
    /// It is not any more.
    Disconnected,
    /// A record reads differently.
    DocumentChanged,
    /// A record can no longer be shown.
    DocumentStopped,
    /// A change stayed aside when its record was made again.
    LeftAside,
    /// An edition of a ring is signed by everybody.
    RingComplete,
    /// An entry counts for nothing.
    EntryVoid,
    /// Entries of a partner were refused.
    RunRefused,
    /// A control act of a partner was refused.
    ActRefused,
    /// A frame of a partner was refused.
    FrameRefused,
    /// A log forked.
    Forked,
    /// A partner signed what it holds.
    ReceiptCame,
    /// Own entries came back from partners after an old copy was put back.
    Restored,
    /// The home began as an older copy of itself.
    OlderCopy,
    /// A range of the journal is not what was written.
    Damage,
    /// It is whole again.
    DamageMadeGood,
    /// Nothing new is taken for want of space.
    LowSpace,
    /// There is space again.
    SpaceAgain,
    /// The node ends.
    Stopping,
    /// Whoever listens was too slow for some.
    Missed,
}

impl Display for Happening {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.serialize(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_happened_is_one_word_as_text_and_in_json() {
        assert_eq!(Happening::RunRefused.to_string(), "run_refused");
        assert_eq!(serde_json::to_value(Happening::RunRefused).expect("writes"), "run_refused");
        assert_eq!(serde_json::from_str::<Happening>("\"space_again\"").expect("reads"), Happening::SpaceAgain);
    }
}
