use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::answer::Answer;
use crate::failure::Failure;
use crate::request::Request;

/// The version of all JSON that commands print and that the socket carries. It only ever gains fields.
pub const SCHEMA: u32 = 1;
/// The longest line either way, in bytes: the longest record, a few times over, as JSON.
pub const LINE_BYTES_MAX: usize = 16 * 1024 * 1024;

/// One request with who makes it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Envelope {
    /// The version of this vocabulary.
    pub schema: u32,
    /// The seat that acts, if one was named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seat: Option<String>,
    /// What is asked.
    pub request: Request,
}

/// What came of a request: one line, or several for events.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It was done.
    Done(Box<Answer>),
    /// It was not.
    Failed(Failure),
}

/// Why a line is not a message of this vocabulary.
#[derive(Debug, thiserror::Error)]
pub enum LineError {
    /// Longer than any message.
    #[error("the line is {0} bytes long, at most {LINE_BYTES_MAX} are possible")]
    TooLong(usize),
    /// Not such a message.
    #[error("the line is not a message of this version")]
    Form(#[from] serde_json::Error),
}

impl Envelope {
    /// A request by a seat, or by whoever the socket says is there.
    #[must_use]
    pub const fn new(seat: Option<String>, request: Request) -> Self {
        Self { schema: SCHEMA, seat, request }
    }

    /// One line of JSON, with its line break.
    ///
    /// # Errors
    /// When the message cannot be written.
    pub fn to_line(&self) -> Result<Vec<u8>, LineError> {
        to_line(self)
    }

    /// Reads one line.
    ///
    /// # Errors
    /// When the line is too long or no such message.
    pub fn from_line(line: &[u8]) -> Result<Self, LineError> {
        from_line(line)
    }
}

impl Outcome {
    /// One line of JSON, with its line break.
    ///
    /// # Errors
    /// When the message cannot be written.
    pub fn to_line(&self) -> Result<Vec<u8>, LineError> {
        to_line(self)
    }

    /// Reads one line.
    ///
    /// # Errors
    /// When the line is too long or no such message.
    pub fn from_line(line: &[u8]) -> Result<Self, LineError> {
        from_line(line)
    }
}

fn to_line<T: Serialize>(message: &T) -> Result<Vec<u8>, LineError> {
    let mut line = serde_json::to_vec(message)?;
    line.push(b'\n');
    if line.len() > LINE_BYTES_MAX {
        return Err(LineError::TooLong(line.len()));
    }
    Ok(line)
}

fn from_line<T: DeserializeOwned>(line: &[u8]) -> Result<T, LineError> {
    if line.len() > LINE_BYTES_MAX {
        return Err(LineError::TooLong(line.len()));
    }
    Ok(serde_json::from_slice(line)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_comes_back_from_its_line() {
        let envelope = Envelope::new(Some("bexley-council".into()), Request::Status);
        let line = envelope.to_line().expect("writes");
        assert_eq!(Envelope::from_line(&line).expect("reads"), envelope);
    }

    #[test]
    fn a_line_of_another_vocabulary_is_refused() {
        assert!(Envelope::from_line(b"{\"schema\":1,\"request\":\"dance\"}\n").is_err());
    }
}
