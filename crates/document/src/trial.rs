//! A change that is read before it is signed.

use tally_entry::ChangeHash;

use crate::describe::Description;
use crate::document::Document;
use crate::fuse::Blown;
use crate::gate::Admitted;
use crate::read::Reading;

impl Document {
    /// Takes in a change that its writer has not signed yet, and reads the document as it stands with it.
    ///
    /// A copy to try it on would cost as much as the document is long, at each edit. So the change stays, and a writer
    /// who does not sign it [takes it back](Self::retract). An error leaves the document as it was.
    pub fn try_out(&mut self, admitted: Admitted, description: &Description) -> Result<Reading, Blown> {
        // What waits for Automerge is another's: it does not fall with this change.
        self.settle()?;
        let hash = admitted.hash();
        let tried = self.admit(vec![admitted]).and_then(|()| {
            let reading = self.read(description, None).map_err(|_| Blown::Misplaced)?;
            self.blown().map_or(Ok(reading), Err)
        });
        if tried.is_err() {
            self.retract(&hash);
        }
        tried
    }

    /// Takes back the newest change, if it is this one: the document is as if it had never been tried out.
    pub fn retract(&mut self, change: &ChangeHash) {
        if self.index.retract(change) {
            self.view.get_mut().retract(&self.index);
        }
    }
}
