//! Two members found a ring, one of them writes a priority, and both end with the same record: the libraries alone,
//! without a node, a disk, a network or a clock.
//!
//! ```text
//! cargo run --example two_replicas
//! ```

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::error::Error;

use tally_document::{Edit, Value};
use tally_entry::{DocumentId, MemberId, NodeId, SigningKey, Time};
use tally_replica::{
    AskId, Command, CommandId, Identity, Input, Output, Query, QueryAnswer, RecordReading, Refused, Replica, Reply,
    Token,
};
use tally_ring::{
    Card, CardContent, Certificate, Edition, Invitation, Limits, Listed, NodeName, NodeOffer, RootMemory,
    SignedEdition, Standing, next_root_commitment, ring_id,
};

/// When all of this happens. The core has no clock of its own.
const NOW: Time = Time(1_567_296_000_000);

fn main() -> Result<(), Box<dyn Error>> {
    for line in story()? {
        println!("{line}");
    }
    Ok(())
}

/// What the two members read in the end, a line each.
pub(crate) fn story() -> Result<Vec<String>, Box<dyn Error>> {
    let members = [Member::new("Bexley", 1)?, Member::new("Lewisham", 2)?];
    let mut pair = Pair::new(&members);

    // Founding: an edition that both roots have signed. From here on no root key is needed.
    let invitation = found(&members)?;
    let ring = invitation.edition().edition().ring;
    for at in [0, 1] {
        pair.command(at, Command::Take(Box::new(invitation.clone())))?;
    }

    // The first member writes while it is alone ...
    let kind = tally_record::find("priority").ok_or("no such kind")?;
    let title = Value::Line("Adolescents at risk outside the home".into());
    let edits = vec![Edit::Set { field: kind.title_field.into(), value: title }];
    let command = Command::Create {
        ring,
        only: None,
        kind: kind.kind().into(),
        edits,
        overridden: BTreeSet::new(),
        speaker: None,
    };
    let Reply::Created { document, .. } = pair.command(0, command)? else {
        return Err("nothing was created".into());
    };

    // ... and the two compare what they hold as soon as they meet.
    pair.connect();
    let mut lines = Vec::new();
    for (at, member) in members.iter().enumerate() {
        let record = pair.record(at, document)?;
        let fields = record.reading.map(|reading| reading.fields).unwrap_or_default();
        let title = kind.title(&fields);
        lines.push(format!("{} reads {title:?} at version {}", member.card.content().name, record.version));
    }
    Ok(lines)
}

/// A member: its root key, the key of its node, and the card that it hands to others.
struct Member {
    root: SigningKey,
    node: [u8; 32],
    card: Card,
}

impl Member {
    /// Keys that nobody should use: real ones are drawn at random.
    fn new(name: &str, number: u8) -> Result<Self, Box<dyn Error>> {
        let [root, next, transport] = [number, number + 10, number + 20].map(|seed| SigningKey::from_seed([seed; 32]));
        let node = [number + 30; 32];
        let member = MemberId::of(&root.public());
        let recipient = "age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq";
        let offer =
            NodeOffer::sign(member, &SigningKey::from_seed(node), &transport, recipient, NodeName::new("first")?);
        let content = CardContent {
            name: name.into(),
            codes: Vec::new(),
            root: root.public(),
            next_root: next_root_commitment(&next.public()),
            certificate: Certificate::first(offer, &root)?,
            newest: 1,
            addresses: Vec::new(),
        };
        let card = Card::sign(content.cleared()?, &root)?;
        Ok(Self { root, node, card })
    }
}

/// The first edition of a ring, signed by all its members.
fn found(members: &[Member]) -> Result<Invitation, Box<dyn Error>> {
    let founder = members.first().ok_or("a ring has members")?.card.member();
    let nonce = [7; 16];
    let edition = Edition {
        ring: ring_id(founder, &nonce),
        founder,
        nonce,
        parent: None,
        number: 1,
        name: "Two boroughs".into(),
        purpose: "shared priorities".into(),
        handling: "official".into(),
        retention: "ring".into(),
        members: members.iter().map(|member| Listed::from_card(&member.card, Standing::Full, Vec::new())).collect(),
        sectors: Vec::new(),
        limits: Limits::default(),
        rules: 1,
        instead_of: Vec::new(),
    };
    let mut signed = SignedEdition::draft(edition.in_order().cleared()?)?;
    for member in members {
        signed.sign(&member.root, &mut RootMemory::default())?;
    }
    Ok(Invitation::new(signed, None, members.iter().map(|member| member.card.clone()))?)
}

/// Two replicas and what a node does for each: it carries their frames, and says when what they append is durable.
struct Pair {
    replicas: [Replica; 2],
    /// Questions under way: who asked, and how it calls its question.
    asked: BTreeMap<u64, (usize, AskId)>,
    reply: Option<Result<Box<Reply>, Box<Refused>>>,
}

impl Pair {
    fn new(members: &[Member; 2]) -> Self {
        let replicas = members.each_ref().map(|member| {
            let key = SigningKey::from_seed(member.node);
            Replica::new(Identity { member: member.card.member(), key }, member.node)
        });
        Self { replicas, asked: BTreeMap::new(), reply: None }
    }

    fn connect(&mut self) {
        let nodes: [NodeId; 2] = self.replicas.each_ref().map(Replica::node);
        for at in [0, 1] {
            self.replicas[at].handle(NOW, Input::Connected { partner: nodes[1 - at] });
        }
        self.settle();
    }

    fn command(&mut self, at: usize, command: Command) -> Result<Reply, Box<dyn Error>> {
        self.replicas[at].handle(NOW, Input::Commanded { id: CommandId(0), command: Box::new(command) });
        self.settle();
        Ok(*self.reply.take().ok_or("no reply")??)
    }

    fn record(&mut self, at: usize, document: DocumentId) -> Result<RecordReading, Box<dyn Error>> {
        match self.command(at, Command::Query(Query::Record { document, at: None }))? {
            Reply::Answer(sight) => match *sight {
                QueryAnswer::Record(record) => Ok(*record),
                _ => Err("it is not a record".into()),
            },
            _ => Err("nothing was seen".into()),
        }
    }

    /// Carries out what the replicas ask for until neither asks for anything.
    fn settle(&mut self) {
        while self.step(0) || self.step(1) {}
    }

    fn step(&mut self, at: usize) -> bool {
        let other = 1 - at;
        let mut appended = None;
        let mut moved = false;
        while let Some(output) = self.replicas[at].poll_output() {
            moved = true;
            match output {
                // A node writes and syncs here. What follows from it waits until it hears that this is done.
                Output::Append { ticket, .. } => appended = Some(ticket),
                Output::Ask { ask, frame, .. } => {
                    let token = self.asked.len() as u64;
                    self.asked.insert(token, (at, ask));
                    let partner = self.replicas[at].node();
                    self.replicas[other].handle(NOW, Input::Asked { partner, token: Token(token), frame });
                }
                Output::Answer { token, frame } => {
                    if let Some((asker, ask)) = self.asked.get(&token.0) {
                        self.replicas[*asker].handle(NOW, Input::Answered { ask: *ask, frame });
                    }
                }
                Output::Reply { result, .. } => self.reply = Some(result),
                Output::Tell(_) | Output::Allow(_) | Output::WakeAt(_) => {}
            }
        }
        if let Some(upto) = appended {
            self.replicas[at].handle(NOW, Input::Appended { upto });
        }
        moved
    }
}
