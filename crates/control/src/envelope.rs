use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::ask::Ask;
use crate::refusal::Refusal;

/// The version of all JSON that commands print and that the socket carries. It only ever gains fields.
pub const SCHEMA: u32 = 1;
/// The longest line either way, in bytes: the longest record, a few times over, as JSON.
pub const LINE_BYTES_MAX: usize = 16 * 1024 * 1024;

/// One request by its name, with who makes it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Envelope {
    /// The version of this vocabulary.
    pub schema: u32,
    /// The seat that acts, if one was named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seat: Option<String>,
    /// The name of the request.
    pub ask: String,
    /// The request itself.
    #[serde(default)]
    pub body: Value,
}

/// What came of a request: one line, or several for events.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome<T> {
    /// It was done.
    Done(T),
    /// It was not.
    Failed(Refusal),
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
    ///
    /// # Errors
    /// When the request has no JSON form.
    pub fn new<A: Ask>(seat: Option<&str>, ask: &A) -> Result<Self, LineError> {
        let body = serde_json::to_value(ask)?;
        Ok(Self { schema: SCHEMA, seat: seat.map(str::to_owned), ask: A::NAME.to_owned(), body })
    }

    /// The request, where it is of this kind.
    ///
    /// # Errors
    /// When the body does not have its form.
    pub fn read<A: Ask>(self) -> Result<A, LineError> {
        Ok(serde_json::from_value(self.body)?)
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

impl<T: Serialize> Outcome<T> {
    /// One line of JSON, with its line break.
    ///
    /// # Errors
    /// When the message cannot be written.
    pub fn to_line(&self) -> Result<Vec<u8>, LineError> {
        to_line(self)
    }
}

impl<T: DeserializeOwned> Outcome<T> {
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
    use crate::record_move::RecordMove;
    use crate::status::Status;

    #[test]
    fn a_request_comes_back_from_its_line() {
        let ask = RecordMove { id: "TB-P1".into(), state: "live".into() };
        let envelope = Envelope::new(Some("bexley-council"), &ask).expect("writes");
        let line = envelope.to_line().expect("writes");
        let read = Envelope::from_line(&line).expect("reads");
        assert_eq!((read.ask.as_str(), read.seat.as_deref()), (RecordMove::NAME, Some("bexley-council")));
        assert_eq!(read.read::<RecordMove>().expect("is one"), ask);
    }

    #[test]
    fn a_request_without_fields_needs_no_body() {
        let envelope = Envelope::from_line(b"{\"schema\":1,\"ask\":\"status\",\"body\":{}}\n").expect("reads");
        assert!(envelope.read::<Status>().is_ok());
    }

    #[test]
    fn a_body_of_another_form_is_refused() {
        let envelope = Envelope::from_line(b"{\"schema\":1,\"ask\":\"record_move\",\"body\":{\"id\":1}}\n");
        assert!(envelope.expect("reads").read::<RecordMove>().is_err());
    }

    #[test]
    fn a_line_of_another_vocabulary_is_refused() {
        assert!(Envelope::from_line(b"{\"schema\":1,\"request\":\"dance\"}\n").is_err());
    }

    #[test]
    fn the_names_of_requests_are_their_own() {
        macro_rules! names {
            ($($request:ident,)*) => { [$(<crate::$request as Ask>::NAME),*] };
        }
        let names = crate::for_each_request!(names);
        let own: std::collections::BTreeSet<&str> = names.into_iter().collect();
        assert_eq!(own.len(), names.len());
    }
}
