//! What it costs to find that nothing changed, and that one thing changed.

use std::error::Error;

use tally_document::peer::{Peer, Traffic as PeerTraffic};
use tally_document::{Edit, Value};
use tally_replica::{Command, Reply};

use super::pair::Pair;

pub(crate) fn run(documents: usize) -> Result<(), Box<dyn Error>> {
    let mut pair = Pair::new()?;
    let mut first = None;
    for number in 0..documents {
        let edits = vec![Edit::Set { field: "title".into(), value: Value::Line(format!("Topic {number}")) }];
        let create = Command::Create {
            ring: pair.ring,
            only: None,
            kind: "priority".into(),
            edits,
            overridden: [].into(),
            speaker: None,
        };
        let Reply::Created { document, .. } = pair.command(0, create)? else { return Err("nothing created".into()) };
        first.get_or_insert(document);
    }
    let document = first.ok_or("at least one document is needed")?;
    pair.connect()?;
    pair.disconnect();
    let same = pair.connect()?;
    pair.disconnect();
    let edits = vec![Edit::Set { field: "title".into(), value: Value::Line("Another title".into()) }];
    pair.command(0, Command::Edit { document, edits, base: None, reason: None, overridden: [].into(), speaker: None })?;
    let one = pair.connect()?;

    let mut ours: Vec<Peer> = Vec::new();
    for number in 0..documents {
        ours.push(Peer::titled(&format!("Topic {number}")).ok_or("Automerge refused a title")?);
    }
    let mut theirs = ours.clone();
    let peer_same = sync_all(&mut ours, &mut theirs);
    ours.first_mut().ok_or("at least one document is needed")?.retitle("Another title");
    let peer_one = sync_all(&mut ours, &mut theirs);

    println!("{documents} documents, both sides hold the same until one title changes:");
    println!("  nothing changed   tally {:>6} round trips {:>10} bytes", same.round_trips, same.bytes);
    println!("                Automerge {:>6} messages    {:>10} bytes", peer_same.messages, peer_same.bytes);
    println!("  one thing changed tally {:>6} round trips {:>10} bytes", one.round_trips, one.bytes);
    println!("                Automerge {:>6} messages    {:>10} bytes", peer_one.messages, peer_one.bytes);
    println!("  Ours is bound by the number of logs, one a node, Automerge's by the number of documents.");
    Ok(())
}

fn sync_all(ours: &mut [Peer], theirs: &mut [Peer]) -> PeerTraffic {
    let mut traffic = PeerTraffic::default();
    for (ours, theirs) in ours.iter_mut().zip(theirs) {
        traffic.add(ours.sync(theirs));
    }
    traffic
}
