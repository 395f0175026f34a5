use sha2::{Digest as _, Sha256};
use tally_entry::ChangeHash;

use crate::leb::{Cursor, put_prefixed, put_signed, put_unsigned};
use crate::limits::Limits;
use crate::meter::Meter;
use crate::refusal::Refusal;
use crate::runs::{read_column, read_differences, read_flags, write_column, write_differences, write_flags};

const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];
const PLAIN_CHANGE: u8 = 1;

const OBJECT_ACTOR: u64 = 1;
const OBJECT_COUNTER: u64 = 2;
const KEY_ACTOR: u64 = 17;
const KEY_COUNTER: u64 = 19;
const KEY_NAME: u64 = 21;
const INSERT: u64 = 52;
const ACTION: u64 = 66;
const VALUE_META: u64 = 86;
const VALUE: u64 = 87;
const PREDECESSOR_COUNT: u64 = 112;
const PREDECESSOR_ACTOR: u64 = 113;
const PREDECESSOR_COUNTER: u64 = 115;
const COLUMNS: [u64; 12] = [
    OBJECT_ACTOR,
    OBJECT_COUNTER,
    KEY_ACTOR,
    KEY_COUNTER,
    KEY_NAME,
    INSERT,
    ACTION,
    VALUE_META,
    VALUE,
    PREDECESSOR_COUNT,
    PREDECESSOR_ACTOR,
    PREDECESSOR_COUNTER,
];

/// One operation as the columns hold it: actors are numbers into the change's own table, nothing is checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) object_actor: Option<u64>,
    pub(crate) object_counter: Option<u64>,
    pub(crate) key_actor: Option<u64>,
    pub(crate) key_counter: Option<i64>,
    pub(crate) key_name: Option<String>,
    pub(crate) insert: bool,
    pub(crate) action: u64,
    pub(crate) meta: u64,
    pub(crate) value: Vec<u8>,
    pub(crate) predecessors: Vec<(u64, i64)>,
}

/// One plain change chunk, as far as its form goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Chunk {
    pub(crate) dependencies: Vec<ChangeHash>,
    pub(crate) actor: Vec<u8>,
    pub(crate) sequence: u64,
    pub(crate) start: u64,
    pub(crate) time: i64,
    pub(crate) message: Vec<u8>,
    pub(crate) others: Vec<Vec<u8>>,
    pub(crate) rows: Vec<Row>,
    pub(crate) extra: Vec<u8>,
}

impl Chunk {
    /// Reads one chunk; the bytes must be the ones that writing it again gives.
    pub(crate) fn read(bytes: &[u8], limits: &Limits, meter: &mut Meter) -> Result<(Self, ChangeHash), Refusal> {
        if bytes.len() > limits.change_bytes {
            return Err(Refusal::TooLarge { bytes: bytes.len(), allowed: limits.change_bytes });
        }
        let mut cursor = Cursor::new(bytes);
        if cursor.array::<4>()? != MAGIC {
            return Err(Refusal::NotAChange);
        }
        let checksum = cursor.array::<4>()?;
        if cursor.byte()? != PLAIN_CHANGE {
            return Err(Refusal::NotAChange);
        }
        let length = usize::try_from(cursor.unsigned()?).map_err(|_| Refusal::Truncated)?;
        let content = cursor.take(length)?;
        if !cursor.is_empty() {
            return Err(Refusal::Trailing);
        }
        let hash = hash(content);
        if hash.first_chunk::<4>() != Some(&checksum) {
            return Err(Refusal::Checksum);
        }
        meter.hold(bytes.len());
        let chunk = Self::read_content(content, limits, meter)?;
        meter.hold(bytes.len());
        if chunk.write() != bytes {
            return Err(Refusal::NotCanonical);
        }
        Ok((chunk, ChangeHash::from_bytes(hash)))
    }

    fn read_content(content: &[u8], limits: &Limits, meter: &mut Meter) -> Result<Self, Refusal> {
        let mut cursor = Cursor::new(content);
        let count = bounded(cursor.unsigned()?, limits.dependencies)
            .ok_or(Refusal::TooManyDependencies { allowed: limits.dependencies })?;
        let mut dependencies = Vec::with_capacity(count);
        for _ in 0..count {
            dependencies.push(ChangeHash::from_bytes(cursor.array()?));
        }
        let actor = actor(&mut cursor)?;
        let sequence = cursor.unsigned()?;
        let start = cursor.unsigned()?;
        let time = cursor.signed()?;
        let length = cursor.unsigned()?;
        if length > 0 {
            return Err(Refusal::Message);
        }
        let count = bounded(cursor.unsigned()?, limits.other_actors)
            .ok_or(Refusal::TooManyActors { allowed: limits.other_actors })?;
        let mut others = Vec::with_capacity(count);
        for _ in 0..count {
            others.push(self::actor(&mut cursor)?);
        }
        meter.hold(dependencies.len() * 32 + others.len() * 40);
        let columns = Columns::read(&mut cursor)?;
        if !cursor.is_empty() {
            return Err(Refusal::ExtraBytes);
        }
        Ok(Self {
            dependencies,
            actor,
            sequence,
            start,
            time,
            message: Vec::new(),
            others,
            rows: columns.rows(limits, meter)?,
            extra: Vec::new(),
        })
    }

    /// Writes the chunk as Automerge would.
    pub(crate) fn write(&self) -> Vec<u8> {
        self.write_with(&[])
    }

    /// Writes the chunk with further columns, which only a hostile writer has.
    pub(crate) fn write_with(&self, further: &[(u64, Vec<u8>)]) -> Vec<u8> {
        let mut content = Vec::new();
        put_unsigned(&mut content, self.dependencies.len() as u64);
        for dependency in &self.dependencies {
            content.extend_from_slice(dependency.as_bytes());
        }
        put_prefixed(&mut content, &self.actor);
        put_unsigned(&mut content, self.sequence);
        put_unsigned(&mut content, self.start);
        put_signed(&mut content, self.time);
        put_prefixed(&mut content, &self.message);
        put_unsigned(&mut content, self.others.len() as u64);
        for other in &self.others {
            put_prefixed(&mut content, other);
        }
        let mut columns = self.columns();
        columns.extend(further.iter().cloned());
        columns.retain(|(_, data)| !data.is_empty());
        columns.sort_by_key(|(column, _)| *column);
        put_unsigned(&mut content, columns.len() as u64);
        for (column, data) in &columns {
            put_unsigned(&mut content, *column);
            put_unsigned(&mut content, data.len() as u64);
        }
        for (_, data) in &columns {
            content.extend_from_slice(data);
        }
        content.extend_from_slice(&self.extra);
        frame(&content)
    }

    fn columns(&self) -> Vec<(u64, Vec<u8>)> {
        fn each<T>(rows: &[Row], of: impl Fn(&Row) -> T) -> Vec<T> {
            rows.iter().map(of).collect()
        }
        let rows = &self.rows;
        let predecessors: Vec<(u64, i64)> = rows.iter().flat_map(|row| row.predecessors.clone()).collect();
        let actors: Vec<Option<u64>> = predecessors.iter().map(|(a, _)| Some(*a)).collect();
        let counters: Vec<Option<i64>> = predecessors.iter().map(|(_, c)| Some(*c)).collect();
        vec![
            (OBJECT_ACTOR, write_column(&each(rows, |row| row.object_actor))),
            (OBJECT_COUNTER, write_column(&each(rows, |row| row.object_counter))),
            (KEY_ACTOR, write_column(&each(rows, |row| row.key_actor))),
            (KEY_COUNTER, write_differences(&each(rows, |row| row.key_counter))),
            (KEY_NAME, write_column(&each(rows, |row| row.key_name.clone()))),
            (INSERT, write_flags(&each(rows, |row| row.insert))),
            (ACTION, write_column(&each(rows, |row| Some(row.action)))),
            (VALUE_META, write_column(&each(rows, |row| Some(row.meta)))),
            (VALUE, rows.iter().flat_map(|row| row.value.clone()).collect()),
            (PREDECESSOR_COUNT, write_column(&each(rows, |row| Some(row.predecessors.len() as u64)))),
            (PREDECESSOR_ACTOR, write_column(&actors)),
            (PREDECESSOR_COUNTER, write_differences(&counters)),
        ]
    }
}

/// The columns of a change, each as bytes not looked at yet.
struct Columns<'a> {
    found: Vec<(u64, &'a [u8])>,
}

impl<'a> Columns<'a> {
    fn read(cursor: &mut Cursor<'a>) -> Result<Self, Refusal> {
        let count = cursor.unsigned()?;
        let mut heads: Vec<(u64, u64)> = Vec::new();
        for _ in 0..count {
            let column = cursor.unsigned()?;
            if !COLUMNS.contains(&column) {
                return Err(Refusal::UnknownColumn { column });
            }
            // Strictly rising, so there are never more than the twelve known ones.
            if heads.last().is_some_and(|(last, _)| *last >= column) {
                return Err(Refusal::Columns);
            }
            heads.push((column, cursor.unsigned()?));
        }
        let mut found = Vec::with_capacity(heads.len());
        for (column, length) in heads {
            let length = usize::try_from(length).map_err(|_| Refusal::Truncated)?;
            if length == 0 {
                return Err(Refusal::Columns);
            }
            found.push((column, cursor.take(length)?));
        }
        Ok(Self { found })
    }

    fn get(&self, column: u64) -> &'a [u8] {
        self.found.iter().find(|(found, _)| *found == column).map_or(&[], |(_, data)| data)
    }

    fn rows(&self, limits: &Limits, meter: &mut Meter) -> Result<Vec<Row>, Refusal> {
        let actions =
            read_column::<u64>(self.get(ACTION), limits.operations, 0, meter).map_err(|refusal| match refusal {
                Refusal::ColumnTooLong => Refusal::TooManyOperations { allowed: limits.operations },
                other => other,
            })?;
        let count = actions.len();
        let numbers = |column, meter: &mut Meter| -> Result<_, Refusal> {
            fit(read_column::<u64>(self.get(column), count, 0, meter)?, count)
        };
        let object_actors = numbers(OBJECT_ACTOR, meter)?;
        let object_counters = numbers(OBJECT_COUNTER, meter)?;
        let key_actors = numbers(KEY_ACTOR, meter)?;
        let key_counters = fit(read_differences(self.get(KEY_COUNTER), count, meter)?, count)?;
        let key_names = fit(read_column::<String>(self.get(KEY_NAME), count, limits.key_bytes, meter)?, count)?;
        let inserts = read_flags(self.get(INSERT), count, meter)?;
        let metas = numbers(VALUE_META, meter)?;
        let counts = numbers(PREDECESSOR_COUNT, meter)?;
        let most = limits.predecessors;
        let actors = read_column::<u64>(self.get(PREDECESSOR_ACTOR), most, 0, meter)?;
        let counters = read_differences(self.get(PREDECESSOR_COUNTER), most, meter)?;
        if inserts.len() != count || actors.len() != counters.len() {
            return Err(Refusal::Columns);
        }
        let mut pairs = actors.into_iter().zip(counters);
        let mut values = Cursor::new(self.get(VALUE));
        let mut rows = Vec::with_capacity(count);
        meter.hold(count * size_of::<Row>() + values.len());
        let columns = object_actors
            .into_iter()
            .zip(object_counters)
            .zip(key_actors.into_iter().zip(key_counters).zip(key_names))
            .zip(inserts.into_iter().zip(actions).zip(metas.into_iter().zip(counts)));
        for (((object_actor, object_counter), key), (form, (meta, predecessors))) in columns {
            let ((key_actor, key_counter), key_name) = key;
            let (insert, Some(action)) = form else {
                return Err(Refusal::Columns);
            };
            let (Some(meta), Some(predecessors)) = (meta, predecessors) else {
                return Err(Refusal::Columns);
            };
            let length = usize::try_from(meta >> 4).map_err(|_| Refusal::Truncated)?;
            let value = values.take(length)?.to_vec();
            let mut named = Vec::new();
            for _ in 0..predecessors {
                match pairs.next() {
                    Some((Some(actor), Some(counter))) => named.push((actor, counter)),
                    _ => return Err(Refusal::Columns),
                }
            }
            rows.push(Row {
                object_actor,
                object_counter,
                key_actor,
                key_counter,
                key_name,
                insert,
                action,
                meta,
                value,
                predecessors: named,
            });
        }
        if pairs.next().is_some() || !values.is_empty() {
            return Err(Refusal::Columns);
        }
        Ok(rows)
    }
}

fn fit<T>(mut rows: Vec<Option<T>>, count: usize) -> Result<Vec<Option<T>>, Refusal> {
    if rows.is_empty() {
        // A column that would hold nothing is left out.
        rows.resize_with(count, || None);
    }
    if rows.len() == count { Ok(rows) } else { Err(Refusal::Columns) }
}

fn bounded(count: u64, most: usize) -> Option<usize> {
    usize::try_from(count).ok().filter(|count| *count <= most)
}

fn actor(cursor: &mut Cursor<'_>) -> Result<Vec<u8>, Refusal> {
    if cursor.unsigned()? != 16 {
        return Err(Refusal::ActorLength);
    }
    Ok(cursor.take(16)?.to_vec())
}

fn hash(content: &[u8]) -> [u8; 32] {
    let mut head = vec![PLAIN_CHANGE];
    put_unsigned(&mut head, content.len() as u64);
    let mut hasher = Sha256::new();
    hasher.update(&head);
    hasher.update(content);
    hasher.finalize().into()
}

/// Puts magic, checksum, type and length before the content of a change.
pub(crate) fn frame(content: &[u8]) -> Vec<u8> {
    let mut bytes = MAGIC.to_vec();
    bytes.extend(hash(content).iter().take(4));
    bytes.push(PLAIN_CHANGE);
    put_prefixed(&mut bytes, content);
    bytes
}
