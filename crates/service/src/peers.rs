//! The partners' nodes are listed.

use tally_control::{Link, Moment, Peer, PeerList, Peers, Refusal};
use tally_entry::Time;
use tally_replica::PartnerReading;

use crate::service::{Answers, Asker, Parts, Service};

impl<P: Parts> Answers<Peers> for Service<P> {
    async fn answer(&self, _: Peers, _: &Asker) -> Result<PeerList, Refusal> {
        let names = self.names();
        let partners = self.looking().partners().await?;
        let mut peers: Vec<Peer> = partners
            .iter()
            .map(|partner| {
                let contact = self.contact(partner);
                Peer {
                    member: names.member(None, &partner.member),
                    node: partner.node.to_string(),
                    name: partner.name.clone(),
                    state: if partner.connected { Link::Connected } else { Link::Unreachable },
                    last_heard: heard(partner, contact.heard).map(Moment),
                    address: contact.path,
                    why: contact.why,
                    behind: partner.behind,
                    ahead: partner.ahead,
                }
            })
            .collect();
        peers.sort_by(|a, b| (&a.member, &a.name).cmp(&(&b.member, &b.name)));
        Ok(PeerList { peers })
    }
}

impl<P: Parts> Service<P> {
    /// What is known of the connection to a partner.
    pub(crate) fn contact(&self, partner: &PartnerReading) -> crate::condition::Contact {
        self.condition.with(|condition| condition.contacts.get(&partner.node).cloned()).unwrap_or_default()
    }
}

/// When a partner last said anything, in this run or an earlier one.
pub(crate) fn heard(partner: &PartnerReading, before: Option<Time>) -> Option<Time> {
    partner.heard.max(before)
}
