//! Run-length columns, as Automerge writes them: a positive count repeats one value, a negative one announces
//! that many literal values, zero announces a run of nothing.

use crate::leb::{Cursor, put_prefixed, put_signed, put_unsigned};
use crate::meter::Meter;
use crate::refusal::Refusal;

/// A value that a run-length column can hold.
pub(crate) trait Cell: Clone + PartialEq {
    fn read(cursor: &mut Cursor<'_>, widest: usize) -> Result<Self, Refusal>;
    fn write(&self, out: &mut Vec<u8>);
    fn weight(&self) -> usize;
}

impl Cell for u64 {
    fn read(cursor: &mut Cursor<'_>, _: usize) -> Result<Self, Refusal> {
        cursor.unsigned()
    }

    fn write(&self, out: &mut Vec<u8>) {
        put_unsigned(out, *self);
    }

    fn weight(&self) -> usize {
        16
    }
}

impl Cell for i64 {
    fn read(cursor: &mut Cursor<'_>, _: usize) -> Result<Self, Refusal> {
        cursor.signed()
    }

    fn write(&self, out: &mut Vec<u8>) {
        put_signed(out, *self);
    }

    fn weight(&self) -> usize {
        16
    }
}

impl Cell for String {
    fn read(cursor: &mut Cursor<'_>, widest: usize) -> Result<Self, Refusal> {
        let length = cursor.unsigned()?;
        let length = usize::try_from(length)
            .ok()
            .filter(|length| *length <= widest)
            .ok_or(Refusal::KeyTooLong { allowed: widest })?;
        let bytes = cursor.take(length)?;
        std::str::from_utf8(bytes).map(str::to_owned).map_err(|_| Refusal::NotText)
    }

    fn write(&self, out: &mut Vec<u8>) {
        put_prefixed(out, self.as_bytes());
    }

    fn weight(&self) -> usize {
        24 + self.len()
    }
}

/// Expands a column of at most `most` rows; more is an error before anything is allocated for them.
pub(crate) fn read_column<T: Cell>(
    bytes: &[u8],
    most: usize,
    widest: usize,
    meter: &mut Meter,
) -> Result<Vec<Option<T>>, Refusal> {
    let mut cursor = Cursor::new(bytes);
    let mut rows: Vec<Option<T>> = Vec::new();
    while !cursor.is_empty() {
        let head = cursor.signed()?;
        let count = if head == 0 { cursor.unsigned()? } else { head.unsigned_abs() };
        let room = most.saturating_sub(rows.len());
        let count = usize::try_from(count).ok().filter(|count| *count <= room).ok_or(Refusal::ColumnTooLong)?;
        meter.step(1 + count as u64);
        if head > 0 {
            let value = T::read(&mut cursor, widest)?;
            meter.hold(count * value.weight());
            rows.extend(std::iter::repeat_n(Some(value), count));
        } else if head == 0 {
            meter.hold(count * 16);
            rows.extend(std::iter::repeat_n(None, count));
        } else {
            for _ in 0..count {
                let value = T::read(&mut cursor, widest)?;
                meter.hold(value.weight());
                rows.push(Some(value));
            }
        }
    }
    Ok(rows)
}

/// Writes a column in the one form Automerge would choose; nothing but empty rows is written as no bytes.
pub(crate) fn write_column<T: Cell>(rows: &[Option<T>]) -> Vec<u8> {
    let mut out = Vec::new();
    if rows.iter().all(Option::is_none) {
        return out;
    }
    let mut literal: Vec<&T> = Vec::new();
    let mut groups = rows.chunk_by(|a, b| a == b).peekable();
    while let Some(group) = groups.next() {
        match group.first() {
            Some(Some(value)) if group.len() == 1 => literal.push(value),
            Some(Some(value)) => {
                write_literal(&mut out, &mut literal);
                put_signed(&mut out, group.len() as i64);
                value.write(&mut out);
            }
            Some(None) => {
                write_literal(&mut out, &mut literal);
                put_signed(&mut out, 0);
                put_unsigned(&mut out, group.len() as u64);
            }
            None => {}
        }
        if groups.peek().is_none() {
            write_literal(&mut out, &mut literal);
        }
    }
    out
}

fn write_literal<T: Cell>(out: &mut Vec<u8>, literal: &mut Vec<&T>) {
    if literal.is_empty() {
        return;
    }
    put_signed(out, -(literal.len() as i64));
    for value in literal.drain(..) {
        value.write(out);
    }
}

/// Expands a column of differences into its numbers.
pub(crate) fn read_differences(bytes: &[u8], most: usize, meter: &mut Meter) -> Result<Vec<Option<i64>>, Refusal> {
    let mut total = 0_i64;
    read_column::<i64>(bytes, most, 0, meter)?
        .into_iter()
        .map(|row| match row {
            None => Ok(None),
            Some(difference) => {
                total = total.checked_add(difference).ok_or(Refusal::NumberTooLarge)?;
                Ok(Some(total))
            }
        })
        .collect()
}

/// Writes numbers as a column of differences.
pub(crate) fn write_differences(rows: &[Option<i64>]) -> Vec<u8> {
    let mut last = 0_i64;
    let differences: Vec<Option<i64>> = rows
        .iter()
        .map(|row| {
            row.map(|value| {
                let difference = value.wrapping_sub(last);
                last = value;
                difference
            })
        })
        .collect();
    write_column(&differences)
}

/// Expands a column of flags: counts of no and yes in turn, no first.
pub(crate) fn read_flags(bytes: &[u8], most: usize, meter: &mut Meter) -> Result<Vec<bool>, Refusal> {
    let mut cursor = Cursor::new(bytes);
    let mut rows = Vec::new();
    let mut flag = false;
    while !cursor.is_empty() {
        let count = cursor.unsigned()?;
        let room = most.saturating_sub(rows.len());
        let count = usize::try_from(count).ok().filter(|count| *count <= room).ok_or(Refusal::ColumnTooLong)?;
        meter.step(1 + count as u64);
        meter.hold(count);
        rows.extend(std::iter::repeat_n(flag, count));
        flag = !flag;
    }
    Ok(rows)
}

/// Writes a column of flags.
pub(crate) fn write_flags(rows: &[bool]) -> Vec<u8> {
    let mut out = Vec::new();
    if rows.first() == Some(&true) {
        put_unsigned(&mut out, 0);
    }
    for group in rows.chunk_by(|a, b| a == b) {
        put_unsigned(&mut out, group.len() as u64);
    }
    out
}
