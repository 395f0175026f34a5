//! An invitation on its way: handed to the node or to its home, and printed to pass on.

use serde::Serialize;
use tally_control::{Failure, Member, Ring, RingState, RingTake};
use tally_home::Home;
use tally_ring::Invitation;
use tally_service::of_edition;

use crate::context::Context;
use crate::failure::failure;
use crate::moment;
use crate::print::document;

/// An invitation, with how far its edition is signed.
#[derive(Clone, Debug, Serialize)]
struct RingPaper {
    ring: String,
    edition: String,
    state: RingState,
    members: Vec<Member>,
    invitation: String,
    signed_by: Vec<String>,
    awaiting: Vec<String>,
}

/// Keeps the invitation, gives it to the running node or to the journal for the next one, and prints what it has
/// become.
pub(super) fn hand_in(context: &Context, home: &Home, invitation: &Invitation) -> Result<(), Failure> {
    let kept = home.keep_invitation(invitation).map_err(failure)?;
    let (ring, text) = match context.ask_if_running(&RingTake { invitation: kept.to_text() })? {
        Some(taken) => (taken.ring, taken.invitation),
        None => {
            let (merged, ring) = home.take_offline(moment::now(), kept).map_err(failure)?;
            (of_edition(merged.edition(), ring.as_ref()), merged.to_text())
        }
    };
    show(context, ring, text);
    Ok(())
}

fn show(context: &Context, ring: Ring, invitation: String) {
    let output = &context.output;
    let Ring { ring, edition, state, members, signed_by, awaiting, .. } = ring;
    let paper = RingPaper { ring, edition, state, members, invitation, signed_by, awaiting };
    if output.json {
        output.line(&document(&paper));
        return;
    }
    output.line(&paper.invitation);
    output.say(&format!("Signed by {}.", paper.signed_by.join(", ")));
    if paper.awaiting.is_empty() {
        output.say("The edition is complete.");
    } else {
        output.say(&format!("Awaiting {}: pass this text on to them.", paper.awaiting.join(", ")));
    }
}
