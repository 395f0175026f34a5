//! The text form in which cards and invitations travel by e-mail and on paper.
//!
//! A BEGIN line with kind and version, base64 in lines of 64, a last line `=` with the SHA-256 of the payload, an END
//! line. What stands before and after is ignored, so are quoting marks and spaces at the edges of lines.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};
use thiserror::Error;

/// Characters a line of base64 has: short enough that twice quoted it still passes unbroken through e-mail.
const LINE: usize = 64;
/// The version of the text forms this build writes and reads.
const VERSION: u32 = 1;
/// Bytes of a text that are looked at: the largest invitation in base64, with a long correspondence around it.
const TEXT_BYTES: usize = 8 * 1024 * 1024;

/// What an armoured text claims to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Armour {
    /// How a member introduces itself.
    Card,
    /// An invitation to sign an edition.
    Invitation,
}

/// Why a text is not a whole, undamaged armour of the kind asked for.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ArmourError {
    /// Nothing in the text looks like one.
    #[error("no {expected} in this text")]
    Absent {
        /// The kind asked for.
        expected: Armour,
    },
    /// The text holds the other kind.
    #[error("this text holds {}, not {}", found.one(), expected.one())]
    OtherKind {
        /// The kind asked for.
        expected: Armour,
        /// The kind found.
        found: Armour,
    },
    /// A newer version of the program wrote it.
    #[error("written in format {version} by a newer version of the program")]
    NewerVersion {
        /// The version it states.
        version: u32,
    },
    /// It was altered or cut on the way: lines are missing or the checksum differs.
    #[error("the text was damaged on the way; ask for it to be sent again")]
    Damaged,
    /// The text is longer than any that would be looked at.
    #[error("the text is longer than {TEXT_BYTES} bytes")]
    TooLong,
}

impl std::fmt::Display for Armour {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Card => "card",
            Self::Invitation => "invitation",
        })
    }
}

impl Armour {
    const ALL: [Self; 2] = [Self::Card, Self::Invitation];

    /// One of them, in a sentence.
    const fn one(self) -> &'static str {
        match self {
            Self::Card => "a card",
            Self::Invitation => "an invitation",
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Card => "CARD",
            Self::Invitation => "INVITATION",
        }
    }

    /// Writes a payload as text.
    pub(crate) fn wrap(self, payload: &[u8]) -> String {
        let word = self.word();
        let mut text = format!("-----BEGIN TALLYSTICK {word} {VERSION}-----\n");
        let body = STANDARD.encode(payload);
        let mut rest = body.as_str();
        while !rest.is_empty() {
            // Base64 is ASCII, so every index is a character boundary.
            let (line, after) = rest.split_at(rest.len().min(LINE));
            text.push_str(line);
            text.push('\n');
            rest = after;
        }
        text.push('=');
        text.push_str(&STANDARD.encode(Sha256::digest(payload)));
        text.push_str(&format!("\n-----END TALLYSTICK {word} {VERSION}-----\n"));
        text
    }

    /// Reads the first armour in a text back to its payload.
    pub(crate) fn unwrap(self, text: &str) -> Result<Vec<u8>, ArmourError> {
        if text.len() > TEXT_BYTES {
            return Err(ArmourError::TooLong);
        }
        let mut lines = text.split('\n').map(bare);
        let mut begun = None;
        // A mark that cannot be read is remembered, so that a damaged BEGIN line is not reported as "nothing here".
        let mut spoilt = false;
        for line in lines.by_ref() {
            if let Some(mark) = Mark::read(line, "BEGIN") {
                begun = Some(mark);
                break;
            }
            spoilt |= line.contains("TALLYSTICK") && line.contains("---");
        }
        let begun = match begun {
            Some(begun) => begun,
            None if spoilt => return Err(ArmourError::Damaged),
            None => return Err(ArmourError::Absent { expected: self }),
        };
        if begun.version > VERSION {
            return Err(ArmourError::NewerVersion { version: begun.version });
        }
        if begun.version != VERSION {
            return Err(ArmourError::Damaged);
        }
        let payload = read_body(lines, begun)?;
        if begun.kind != self {
            return Err(ArmourError::OtherKind { expected: self, found: begun.kind });
        }
        Ok(payload)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
struct Mark {
    kind: Armour,
    version: u32,
}

impl Mark {
    fn read(line: &str, edge: &str) -> Option<Self> {
        let inner = line.strip_prefix("-----")?.strip_suffix("-----")?;
        let rest = inner.strip_prefix(edge)?.strip_prefix(" TALLYSTICK ")?;
        let (word, version) = rest.split_once(' ')?;
        let kind = Armour::ALL.into_iter().find(|kind| kind.word() == word)?;
        let plain = !version.starts_with('0') && version.bytes().all(|b| b.is_ascii_digit());
        let version = plain.then(|| version.parse().ok())??;
        Some(Self { kind, version })
    }
}

fn read_body<'a>(lines: impl Iterator<Item = &'a str>, begun: Mark) -> Result<Vec<u8>, ArmourError> {
    let mut body = String::new();
    let mut sum = None;
    let mut short = false;
    for line in lines {
        if Mark::read(line, "END") == Some(begun) {
            let payload = STANDARD.decode(&body).map_err(|_| ArmourError::Damaged)?;
            let sum: Vec<u8> = sum.ok_or(ArmourError::Damaged)?;
            // An honest checksum tells damage from forgery; a forger can write one, so the signatures still decide.
            return if Sha256::digest(&payload).as_slice() == sum { Ok(payload) } else { Err(ArmourError::Damaged) };
        }
        if line.is_empty() {
            continue;
        }
        if let Some(coded) = line.strip_prefix('=') {
            if sum.is_some() {
                return Err(ArmourError::Damaged);
            }
            sum = Some(STANDARD.decode(coded).map_err(|_| ArmourError::Damaged)?);
        } else if sum.is_some() || short || line.len() > LINE {
            return Err(ArmourError::Damaged);
        } else {
            short = line.len() < LINE;
            body.push_str(line);
        }
    }
    Err(ArmourError::Damaged)
}

/// Strips what mail programs put at the edges of a line: spaces, quoting marks, a carriage return, a byte order mark.
fn bare(line: &str) -> &str {
    let edge = |c: char| c.is_whitespace() || c == '\u{feff}';
    line.trim_start_matches(|c| edge(c) || c == '>').trim_end_matches(edge)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAYLOAD: &[u8] = b"a payload that is long enough to need two lines of base64 text, really";

    #[test]
    fn a_text_reads_back() {
        assert_eq!(Armour::Card.unwrap(&Armour::Card.wrap(PAYLOAD)), Ok(PAYLOAD.to_vec()));
    }

    #[test]
    fn an_empty_payload_reads_back() {
        assert_eq!(Armour::Card.unwrap(&Armour::Card.wrap(b"")), Ok(Vec::new()));
    }

    #[test]
    fn quoting_and_line_endings_do_no_harm() {
        let text = Armour::Card.wrap(PAYLOAD).replace('\n', " \r\n\r\n> >  ");
        assert_eq!(Armour::Card.unwrap(&format!("Dear all,\r\n\r\n> >  {text}\r\nKind regards")), Ok(PAYLOAD.to_vec()));
    }

    #[test]
    fn prose_is_not_an_armour() {
        assert_eq!(Armour::Card.unwrap("Dear all"), Err(ArmourError::Absent { expected: Armour::Card }));
    }

    #[test]
    fn the_other_kind_is_named() {
        let text = Armour::Invitation.wrap(PAYLOAD);
        let error = ArmourError::OtherKind { expected: Armour::Card, found: Armour::Invitation };
        assert_eq!(error.to_string(), "this text holds an invitation, not a card");
        assert_eq!(Armour::Card.unwrap(&text), Err(error));
    }

    #[test]
    fn a_newer_form_is_named() {
        let text = Armour::Card.wrap(PAYLOAD).replace("CARD 1", "CARD 12");
        assert_eq!(Armour::Card.unwrap(&text), Err(ArmourError::NewerVersion { version: 12 }));
    }

    #[test]
    fn a_cut_text_is_damaged() {
        let text = Armour::Card.wrap(PAYLOAD);
        let begin = "-----BEGIN TALLYSTICK CARD 1-----".len();
        for end in begin..text.len() - 1 {
            assert_eq!(Armour::Card.unwrap(&text[..end]), Err(ArmourError::Damaged), "cut at {end}");
        }
    }

    #[test]
    fn a_lost_line_is_damaged() {
        let text = Armour::Card.wrap(PAYLOAD);
        let lines: Vec<&str> = text.lines().collect();
        for gone in 0..lines.len() {
            let kept: Vec<&str> = lines.iter().enumerate().filter(|(n, _)| *n != gone).map(|(_, l)| *l).collect();
            assert_eq!(Armour::Card.unwrap(&kept.join("\n")), Err(ArmourError::Damaged), "without line {gone}");
        }
    }

    #[test]
    fn lines_stay_short_enough_to_be_quoted() {
        assert!(Armour::Invitation.wrap(&[7; 1000]).lines().all(|line| line.len() <= LINE));
    }
}
