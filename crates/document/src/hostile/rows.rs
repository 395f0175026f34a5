use tally_entry::{Actor, ChangeHash};

use super::{ForgedChange, HostileChange, NOBODY, Targets, value};
use crate::chunk::{Chunk, Row, frame};
use crate::document::Document;
use crate::leb::{put_prefixed, put_signed, put_unsigned};
use crate::operation::OpId;
use crate::scalar::Scalar;

/// Every kind of hostile change that is measured to do harm, and those next to it.
#[must_use]
pub fn rows() -> Vec<HostileChange> {
    let mut rows = Vec::new();
    macro_rules! row {
        ($name:literal, $build:expr) => {
            rows.push(HostileChange { name: $name, build: $build })
        };
    }
    // The form of the bytes.
    row!("no bytes", |_, _| Vec::new());
    row!("wrong magic", |d, a| edited(d, a, |b| b[0] ^= 1));
    row!("wrong checksum", |d, a| edited(d, a, |b| b[5] ^= 1));
    row!("document chunk", |d, a| edited(d, a, |b| b[8] = 0));
    row!("compressed chunk", |d, a| edited(d, a, |b| b[8] = 2));
    row!("bundle chunk", |d, a| edited(d, a, |b| b[8] = 3));
    row!("truncated", |d, a| edited(d, a, |b| b.truncate(40)));
    row!("trailing byte", |d, a| edited(d, a, |b| b.push(0)));
    row!("two changes in one", |d, a| edited(d, a, |b| b.extend(b.clone())));
    row!("padded length", |d, a| edited(d, a, |b| {
        let length = b[9];
        if length < 128 {
            b[9] = length | 0x80;
            b.insert(10, 0);
        } else {
            b[10] |= 0x80;
            b.insert(11, 0);
        }
    }));
    row!("run written as literals", |d, a| honest(d, a).literal_actions());
    row!("a saved document of many operations", |d, a| bomb(d, a, 200_000_000, false));
    row!("1,000,000 operations in a map", |d, a| bomb(d, a, 1_000_000, false));
    row!("5,000,000 operations in a map", |d, a| bomb(d, a, 5_000_000, false));
    row!("100,000,000 operations in a map", |d, a| bomb(d, a, 100_000_000, false));
    row!("5,000,000 operations in a list", |d, a| bomb(d, a, 5_000_000, true));
    row!("2,001 operations", |d, a| bomb(d, a, 2_001, false));
    row!("70 KiB", |d, a| with(d, a, |f, _| {
        let text = Scalar::Text("x".repeat(70 * 1024));
        value(f.named(None, "big"), &text);
    }));
    row!("unknown column", |d, a| honest(d, a).chunk.write_with(&[(200, vec![1, 1])]));
    row!("expand column", |d, a| honest(d, a).chunk.write_with(&[(148, vec![0, 1])]));
    row!("mark name column", |d, a| honest(d, a).chunk.write_with(&[(165, vec![1, 1, 65])]));
    row!("deflated column", |d, a| honest(d, a).chunk.write_with(&[(66 | 8, vec![1, 1])]));
    row!("no operations", |d, a| with(d, a, |_, _| {}));
    // The header.
    row!("sequence gap of 7", |d, a| header(d, a, |c| c.sequence += 7));
    row!("sequence 2 of an unknown actor", |d, a| header(d, a, |c| c.sequence += 1));
    row!("sequence too low", |d, a| header(d, a, |c| c.sequence = c.sequence.saturating_sub(1)));
    row!("sequence enormous", |d, a| header(d, a, |c| c.sequence = u64::MAX));
    row!("start op too low", |d, a| header(d, a, |c| c.start -= 1));
    row!("start op zero", |d, a| header(d, a, |c| c.start = 0));
    row!("start op 4,000,000,000", |d, a| header(d, a, |c| c.start = 4_000_000_000));
    row!("start op 2^32-1", |d, a| header(d, a, |c| c.start = u64::from(u32::MAX)));
    row!("start op 2^32-1, two operations", |d, a| header(d, a, |c| {
        c.start = u64::from(u32::MAX);
        let mut second = c.rows[0].clone();
        second.key_name = Some("second".to_owned());
        c.rows.push(second);
    }));
    row!("start op enormous", |d, a| header(d, a, |c| c.start = u64::MAX));
    row!("another actor", |d, a| header(d, a, |c| c.actor[0] ^= 1));
    row!("short actor", |d, a| header(d, a, |c| c.actor.truncate(15)));
    row!("a time", |d, a| header(d, a, |c| c.time = 1));
    row!("a message", |d, a| header(d, a, |c| c.message = b"hello".to_vec()));
    row!("extra bytes", |d, a| header(d, a, |c| c.extra = vec![1, 2, 3]));
    row!("unused other actor", |d, a| header(d, a, |c| c.others.push(vec![9; 16])));
    row!("own actor among the others", |d, a| header(d, a, |c| c.others.push(c.actor.clone())));
    row!("300 other actors", |d, a| header(d, a, |c| {
        c.others = (0..300_u16).map(|n| n.to_be_bytes().repeat(8)).collect();
    }));
    row!("no dependencies", |d, a| header(d, a, |c| c.dependencies.clear()));
    row!("a dependency twice", |d, a| header(d, a, |c| {
        c.dependencies.extend(c.dependencies.clone());
    }));
    row!("a dependency in the past of another", |d, a| with(d, a, |f, _| {
        put(f, None, "x");
        f.chunk.dependencies.push(d.birth());
        f.chunk.dependencies.sort();
    }));
    row!("a word that it has not seen", |d, a| unseen(d, a, |f, s| {
        text(f.at(Some(s.list), s.word));
        insert(f);
    }));
    row!("a value that it has not seen", |d, a| unseen(d, a, |f, s| {
        put(f, None, &s.put_name);
        f.replacing(s.put);
    }));
    row!("100 dependencies", |d, a| header(d, a, |c| {
        c.dependencies = (0..100).map(|n| ChangeHash::from_bytes([n; 32])).collect();
    }));
    // Objects.
    row!("object does not exist", |d, a| with(d, a, |f, _| put(f, Some(NOBODY), "x")));
    row!("object is a put of a text", |d, a| with(d, a, |f, s| put(f, Some(s.put), "x")));
    row!("object is a word", |d, a| with(d, a, |f, s| put(f, Some(s.word), "x")));
    row!("object is a deletion", |d, a| with(d, a, |f, s| put(f, Some(s.deletion), "x")));
    row!("object is itself", |d, a| with(d, a, |f, _| {
        let own = f.next();
        put(f, Some(own), "x");
    }));
    row!("object is the next operation", |d, a| with(d, a, |f, _| {
        let next = after(f.next());
        put(f, Some(next), "x");
        f.named(None, "y").action = 0;
    }));
    row!("a name inside a list", |d, a| with(d, a, |f, s| put(f, Some(s.list), "x")));
    row!("an element inside a map", |d, a| with(d, a, |f, s| text(f.at(Some(s.map), s.word))));
    row!("an element at the root", |d, a| with(d, a, |f, s| text(f.at(None, s.word))));
    row!("an insertion into a map", |d, a| with(d, a, |f, s| {
        text(f.named(Some(s.map), "x"));
        insert(f);
    }));
    row!("an insertion at the root", |d, a| with(d, a, |f, _| {
        text(f.named(None, "x"));
        insert(f);
    }));
    row!("an insertion at the head of a map", |d, a| with(d, a, |f, s| {
        text(f.head(Some(s.map)));
        insert(f);
    }));
    row!("a name and an element at once", |d, a| with(d, a, |f, s| {
        f.at(Some(s.list), s.word).key_name = Some("x".to_owned());
    }));
    row!("no key", |d, a| with(d, a, |f, s| text(f.operation(Some(s.list)))));
    row!("an empty name", |d, a| with(d, a, |f, _| put(f, None, "")));
    row!("a long name", |d, a| with(d, a, |f, _| put(f, None, &"x".repeat(300))));
    row!("an actor out of the table", |d, a| with(d, a, |f, _| {
        put(f, None, "x");
        f.chunk.rows[0].predecessors.push((7, 3));
    }));
    row!("nine maps deep", |d, a| with(d, a, |f, _| nest(f, 9)));
    row!("1,900 maps deep", |d, a| with(d, a, |f, _| nest(f, 1_900)));
    row!("5,000 maps deep", |d, a| with(d, a, |f, _| nest(f, 5_000)));
    // Elements.
    row!("insertion after another text's word", |d, a| with(d, a, |f, s| {
        text(f.at(Some(s.list), s.other_word));
        insert(f);
    }));
    row!("insertion after nothing known", |d, a| with(d, a, |f, s| {
        text(f.at(Some(s.list), NOBODY));
        insert(f);
    }));
    row!("insertion after a list", |d, a| with(d, a, |f, s| {
        text(f.at(Some(s.list), s.list));
        insert(f);
    }));
    row!("insertion after itself", |d, a| with(d, a, |f, s| {
        let own = f.next();
        text(f.at(Some(s.list), own));
        insert(f);
    }));
    row!("insertion after the next operation", |d, a| with(d, a, |f, s| {
        let next = after(f.next());
        text(f.at(Some(s.list), next));
        insert(f);
        text(f.head(Some(s.list)));
        insert(f);
    }));
    row!("insertion with a predecessor", |d, a| with(d, a, |f, s| {
        text(f.at(Some(s.list), s.word));
        insert(f);
        f.replacing(s.word);
    }));
    row!("insertion of a deletion", |d, a| with(d, a, |f, s| {
        f.at(Some(s.list), s.word).action = 3;
        insert(f);
    }));
    row!("a map inserted into a list", |d, a| with(d, a, |f, s| {
        f.at(Some(s.list), s.word).action = 0;
        insert(f);
    }));
    row!("a list put on a word", |d, a| with(d, a, |f, s| {
        f.at(Some(s.list), s.word).action = 2;
        f.replacing(s.word);
    }));
    row!("put at the head", |d, a| with(d, a, |f, s| text(f.head(Some(s.list)))));
    row!("delete at the head", |d, a| with(d, a, |f, s| f.head(Some(s.list)).action = 3));
    row!("delete at the head with a predecessor", |d, a| with(d, a, |f, s| {
        f.head(Some(s.list)).action = 3;
        f.replacing(s.word);
    }));
    row!("put on itself", |d, a| with(d, a, |f, s| {
        let own = f.next();
        text(f.at(Some(s.list), own));
    }));
    row!("put on the next operation", |d, a| with(d, a, |f, s| {
        let next = after(f.next());
        text(f.at(Some(s.list), next));
        text(f.head(Some(s.list)));
        insert(f);
    }));
    row!("put on another text's word", |d, a| with(d, a, |f, s| {
        text(f.at(Some(s.list), s.other_word));
        f.replacing(s.other_word);
    }));
    row!("put on a word that is deleted", |d, a| with(d, a, |f, s| {
        text(f.at(Some(s.deleted_list), s.deleted));
    }));
    // Predecessors.
    row!("predecessor does not exist", |d, a| with(d, a, |f, _| {
        put(f, None, "x");
        f.replacing(NOBODY);
    }));
    row!("predecessor in another key", |d, a| with(d, a, |f, s| {
        put(f, None, "x");
        f.replacing(s.put);
    }));
    row!("predecessor in another object", |d, a| with(d, a, |f, s| {
        put(f, None, "x");
        f.replacing(s.word);
    }));
    row!("predecessor is another word", |d, a| with(d, a, |f, s| {
        text(f.at(Some(s.list), s.word));
        f.replacing(s.other_word);
    }));
    row!("predecessor is itself", |d, a| with(d, a, |f, _| {
        let own = f.next();
        put(f, None, "x");
        f.replacing(own);
    }));
    row!("predecessor is the next operation", |d, a| with(d, a, |f, _| {
        let next = after(f.next());
        put(f, None, "x");
        f.replacing(next);
        put(f, None, "x");
    }));
    row!("predecessor is a deletion", |d, a| with(d, a, |f, s| {
        text(f.at(Some(s.deleted_list), s.deleted));
        f.replacing(s.deletion);
    }));
    row!("predecessor was deleted", |d, a| with(d, a, |f, s| {
        f.at(Some(s.deleted_list), s.deleted).action = 3;
        f.replacing(s.deleted);
    }));
    row!("predecessor was replaced", |d, a| with(d, a, |f, s| {
        text(f.at(Some(s.replaced_list), s.replaced_at));
        f.replacing(s.replaced);
    }));
    row!("predecessor twice", |d, a| with(d, a, |f, s| {
        put(f, None, &s.put_name);
        f.replacing(s.put);
        f.replacing(s.put);
    }));
    row!("predecessor left out", |d, a| with(d, a, |f, s| put(f, None, &s.put_name)));
    row!("delete without predecessor", |d, a| with(d, a, |f, s| {
        f.at(Some(s.list), s.word).action = 3;
    }));
    row!("delete of a name without predecessor", |d, a| with(d, a, |f, s| {
        f.named(None, &s.put_name).action = 3;
    }));
    row!("delete with an unknown predecessor", |d, a| with(d, a, |f, s| {
        f.named(None, &s.put_name).action = 3;
        f.replacing(NOBODY);
    }));
    row!("predecessor is a container", |d, a| with(d, a, |f, s| {
        put(f, None, &s.list_name);
        f.replacing(s.list);
    }));
    row!("a container is deleted", |d, a| with(d, a, |f, s| {
        f.named(None, &s.list_name).action = 3;
        f.replacing(s.list);
    }));
    row!("a value over a container", |d, a| with(d, a, |f, s| put(f, None, &s.list_name)));
    row!("a container over a container", |d, a| with(d, a, |f, s| {
        f.named(None, &s.list_name).action = 2;
    }));
    row!("a container over a value", |d, a| with(d, a, |f, s| {
        f.named(None, &s.put_name).action = 0;
        f.replacing(s.put);
    }));
    row!("negative predecessor", |d, a| with(d, a, |f, _| {
        put(f, None, "x");
        f.chunk.rows[0].predecessors.push((0, -1));
    }));
    row!("predecessor beyond 32 bits", |d, a| with(d, a, |f, _| {
        put(f, None, "x");
        f.chunk.rows[0].predecessors.push((0, 1 << 40));
    }));
    // Actions and values.
    row!("make text", |d, a| with(d, a, |f, _| f.named(None, "x").action = 4));
    row!("increment", |d, a| with(d, a, |f, s| {
        let row = f.named(None, &s.put_name);
        row.action = 5;
        value(row, &Scalar::Signed(1));
        f.replacing(s.put);
    }));
    row!("make table", |d, a| with(d, a, |f, _| f.named(None, "x").action = 6));
    row!("mark", |d, a| with(d, a, |f, s| {
        f.at(Some(s.list), s.word).action = 7;
        insert(f);
    }));
    row!("unknown action", |d, a| with(d, a, |f, _| f.named(None, "x").action = 99));
    row!("a counter", |d, a| raw(d, a, (1 << 4) | 8, vec![1]));
    row!("a time value", |d, a| raw(d, a, (1 << 4) | 9, vec![1]));
    row!("a floating number", |d, a| raw(d, a, (8 << 4) | 5, vec![0; 8]));
    row!("an unknown value", |d, a| raw(d, a, (1 << 4) | 12, vec![1]));
    row!("nothing with bytes", |d, a| raw(d, a, 1 << 4, vec![1]));
    row!("a padded number", |d, a| raw(d, a, (2 << 4) | 4, vec![0x81, 0]));
    row!("a text that is no UTF-8", |d, a| raw(d, a, (2 << 4) | 6, vec![0xff, 0xfe]));
    row!("a value longer than its column", |d, a| raw(d, a, (9 << 4) | 6, vec![65]));
    row!("an enormous value length", |d, a| raw(d, a, u64::MAX, vec![65]));
    row!("a map with a value", |d, a| with(d, a, |f, _| {
        let row = f.named(None, "x");
        row.action = 0;
        value(row, &Scalar::Signed(1));
    }));
    rows
}

fn with(document: &Document, actor: Actor, make: impl FnOnce(&mut ForgedChange, &Targets)) -> Vec<u8> {
    let mut forgery = ForgedChange::new(document, actor);
    make(&mut forgery, &Targets::of(document));
    forgery.write()
}

/// A change that knows the birth alone, and names what came later: whether that is here must not matter.
fn unseen(document: &Document, actor: Actor, make: impl FnOnce(&mut ForgedChange, &Targets)) -> Vec<u8> {
    with(document, actor, |forgery, _| {
        let birth = document.birth();
        forgery.chunk.dependencies = vec![birth];
        forgery.chunk.start = document.index.find(&birth).map_or(1, |kept| u64::from(kept.last) + 1);
        forgery.chunk.sequence = 1;
        make(forgery, &Targets::after(document, 1));
    })
}

fn put(forgery: &mut ForgedChange, object: Option<OpId>, name: &str) {
    text(forgery.named(object, name));
}

fn text(row: &mut Row) {
    value(row, &Scalar::Text("hostile".to_owned()));
}

fn insert(forgery: &mut ForgedChange) {
    if let Some(row) = forgery.chunk.rows.last_mut() {
        row.insert = true;
    }
}

const fn after(id: OpId) -> OpId {
    OpId { counter: id.counter + 1, ..id }
}

/// A change with nothing wrong.
pub(crate) fn honest(document: &Document, actor: Actor) -> ForgedChange {
    let mut forgery = ForgedChange::new(document, actor);
    put(&mut forgery, None, "unheard of");
    forgery
}

fn edited(document: &Document, actor: Actor, change: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut bytes = honest(document, actor).write();
    change(&mut bytes);
    bytes
}

fn header(document: &Document, actor: Actor, change: impl FnOnce(&mut Chunk)) -> Vec<u8> {
    let mut forgery = honest(document, actor);
    change(&mut forgery.chunk);
    forgery.chunk.write()
}

fn raw(document: &Document, actor: Actor, meta: u64, bytes: Vec<u8>) -> Vec<u8> {
    with(document, actor, |forgery, _| {
        let row = forgery.named(None, "x");
        row.meta = meta;
        row.value = bytes;
    })
}

fn nest(forgery: &mut ForgedChange, depth: usize) {
    let mut object = None;
    for _ in 0..depth {
        let own = forgery.next();
        forgery.named(object, "x").action = 0;
        object = Some(own);
    }
}

impl ForgedChange {
    /// The same change with its run of actions written out one by one.
    fn literal_actions(mut self) -> Vec<u8> {
        let mut second = self.chunk.rows[0].clone();
        second.key_name = Some("unheard of too".to_owned());
        self.chunk.rows.push(second);
        let bytes = self.write();
        // The column of actions says "two times put"; here it says "two literals: put, put", and its length says so.
        let (run, literal) = ([2, 1], [0x7e, 1, 1]);
        let mut content = bytes[if bytes[9] < 128 { 10 } else { 11 }..].to_vec();
        let at = |content: &[u8], two: [u8; 2]| content.windows(2).position(|pair| pair == two);
        let length = at(&content, [66, 2]).unwrap_or(0) + 1;
        content[length] = 3;
        let first = at(&content[length + 1..], run).unwrap_or(0) + length + 1;
        content.splice(first..first + 2, literal);
        frame(&content)
    }
}

/// A few bytes that say they are many operations.
fn bomb(document: &Document, actor: Actor, count: u64, in_list: bool) -> Vec<u8> {
    let template = ForgedChange::new(document, actor).chunk;
    let targets = Targets::of(document);
    let run = |value: u64| {
        let mut column = Vec::new();
        put_signed(&mut column, count as i64);
        put_unsigned(&mut column, value);
        column
    };
    let mut flags = Vec::new();
    if in_list {
        put_unsigned(&mut flags, 0);
    }
    put_unsigned(&mut flags, count);
    let mut columns: Vec<(u64, Vec<u8>)> = Vec::new();
    let mut others = Vec::new();
    if in_list {
        let own = targets.list.actor.as_bytes().as_slice() == template.actor;
        if !own {
            others.push(targets.list.actor.as_bytes().to_vec());
        }
        columns.push((1, run(u64::from(!own))));
        columns.push((2, run(u64::from(targets.list.counter))));
        columns.push((19, run(0)));
    } else {
        let mut names = Vec::new();
        put_signed(&mut names, count as i64);
        put_prefixed(&mut names, b"x");
        columns.push((21, names));
    }
    columns.push((52, flags));
    columns.push((66, run(1)));
    columns.push((86, run(0)));
    columns.push((112, run(0)));
    let mut content = Vec::new();
    put_unsigned(&mut content, template.dependencies.len() as u64);
    for dependency in &template.dependencies {
        content.extend_from_slice(dependency.as_bytes());
    }
    put_prefixed(&mut content, &template.actor);
    put_unsigned(&mut content, template.sequence);
    put_unsigned(&mut content, template.start);
    put_signed(&mut content, 0);
    put_unsigned(&mut content, 0);
    put_unsigned(&mut content, others.len() as u64);
    for other in &others {
        put_prefixed(&mut content, other);
    }
    put_unsigned(&mut content, columns.len() as u64);
    for (column, data) in &columns {
        put_unsigned(&mut content, *column);
        put_unsigned(&mut content, data.len() as u64);
    }
    for (_, data) in &columns {
        content.extend_from_slice(data);
    }
    frame(&content)
}
