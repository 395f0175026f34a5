//! What the service stands on in a running node.

use tally_control::told;
use tally_home::Home;
use tally_replica::RingReading;
use tally_ring::Invitation;
use tally_service::{Papers, Parts, Service};
use tally_store::{RealDisk, Views};

use super::core::CoreHandle;
use super::views::ViewsDesk;

/// The service of a running node.
pub(super) type NodeService = Service<NodeParts>;

/// The loop, its views, and the home on disk.
pub(super) struct NodeParts;

impl Parts for NodeParts {
    type Core = CoreHandle;
    type Views = ViewsDesk;
    type Papers = HomePapers;
    type Disk = RealDisk;
    type LocalViews = Views;
}

/// The invitations that a home keeps.
pub(super) struct HomePapers(pub(super) Home);

impl Papers for HomePapers {
    fn keep(&self, given: &Invitation) -> Result<Invitation, String> {
        self.0.keep_invitation(given).map_err(|error| told(&error))
    }

    fn keep_signatures(&self, kept: Invitation, ring: Option<&RingReading>) -> Result<Invitation, String> {
        self.0.keep_signatures(kept, ring).map_err(|error| told(&error))
    }
}
