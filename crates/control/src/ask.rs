use serde::Serialize;
use serde::de::DeserializeOwned;

/// A request with the type of its answer. Records, rings, members and versions are named as on the command line.
pub trait Ask: Serialize + DeserializeOwned + Send + 'static {
    /// What the request is called on the socket.
    const NAME: &'static str;
    /// What comes back: the JSON document of the command, less `schema`.
    type Answer: Serialize + DeserializeOwned + Send + 'static;
}

/// Hands every request that is answered with one line to a macro, so that whoever answers them all has one list.
#[macro_export]
macro_rules! for_each_request {
    ($then:ident) => {
        $then! {
            Status, Peers, Sync, Why, RingList, RingTake, RecordNew, RecordSet, RecordAdd, RecordMove, RecordSettle,
            RecordShow, RecordList, RecordHistory, RecordContributions, RecordDiff, Respond, Share, RegisterShow, SeatAdd, SeatList,
            LogList, LogShow, LogVerify, ViewsRebuild,
        }
    };
}
