use std::sync::Arc;

use tally_document::Reading;
use tally_entry::{Birth, Body, Change, Follows, Seal, Statement};
use tally_guard::{Wording, Words};

/// What a seat is about to write: an entry's body, with the record as it would stand after it.
#[derive(Clone)]
pub(crate) struct Act {
    pub(crate) body: Body,
    pub(crate) seat: Option<String>,
    /// None where the record's own words stay as they are.
    pub(crate) record: Option<Arc<Reading>>,
}

impl Wording for Act {
    fn say(&self, words: &mut Words) {
        let Self { body, seat, record } = self;
        if let Some(record) = record {
            record.say(words);
        }
        words.at("the seat's id", seat);
        match body {
            // The words of a change are those of the record; the rest names things by ids and by the program's words.
            Body::Birth(Birth {
                change: _,
                type_name: _,
                type_version: _,
                home: _,
                writers: _,
                handling,
                retention,
                follows,
                again: _,
            }) => {
                words.at("handling", handling);
                words.at("retention", retention);
                if let Some(Follows { document: _, reason, consent: _ }) = follows {
                    words.at("reason", reason);
                }
            }
            Body::Change(Change { change: _, joined: _, reason, resumes: _, again: _ }) => words.at("reason", reason),
            Body::Statement(Statement {
                word,
                version: _,
                note,
                role,
                sector,
                areas,
                authority,
                value,
                answers: _,
                again: _,
            }) => {
                words.at("word", word);
                words.at("note", note);
                words.at("its role", role);
                words.at("its sector", sector);
                words.at("its areas", areas);
                words.at("authority", authority);
                words.at("value", value);
            }
            Body::Seal(Seal { reason, next: _ }) => words.at("reason", reason),
        }
    }
}
