use std::fmt;

/// The most bytes of a file's name: what common file systems allow.
const NAME_MAX: usize = 255;

/// A file that a record refers to: what it is called and how to know it. Its bytes are kept elsewhere.
///
/// Kept as one text, `digest bytes type name`, the digest being SHA-256 in hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileReference {
    /// SHA-256 of its bytes.
    pub digest: [u8; 32],
    /// How many bytes it has.
    pub bytes: u64,
    /// Its media type, such as `application/pdf`.
    pub media_type: String,
    /// Its name, without a path.
    pub name: String,
}

impl FileReference {
    /// Reads the kept form.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.splitn(4, ' ');
        let (digest, bytes, media_type, name) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let reference = Self {
            digest: read_digest(digest)?,
            bytes: bytes.parse().ok()?,
            media_type: media_type.to_owned(),
            name: name.to_owned(),
        };
        // One form for one file: no sign, no capital, no leading nought reads back as itself.
        (reference.is_well_formed() && reference.to_string() == text).then_some(reference)
    }

    /// Returns whether the name is one of a file alone and the type has the form of one.
    #[must_use]
    pub fn is_well_formed(&self) -> bool {
        let token = |text: &str| {
            !text.is_empty()
                && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".+-".contains(&byte))
        };
        let named = !self.name.trim().is_empty()
            && self.name.len() <= NAME_MAX
            && !self.name.starts_with('.')
            && !self.name.chars().any(|c| c.is_control() || matches!(c, '/' | '\\'));
        named && self.media_type.split_once('/').is_some_and(|(kind, form)| token(kind) && token(form))
    }
}

fn read_digest(text: &str) -> Option<[u8; 32]> {
    let mut digest = [0; 32];
    if text.len() != 2 * digest.len() || !text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
        return None;
    }
    for (at, byte) in digest.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * at..2 * at + 2)?, 16).ok()?;
    }
    Some(digest)
}

impl fmt::Display for FileReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.digest.iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
        write!(f, " {} {} {}", self.bytes, self.media_type, self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(rest: &str) -> String {
        format!("{} {rest}", "0a".repeat(32))
    }

    #[test]
    fn a_reference_comes_back_from_its_text() {
        for rest in ["0 text/plain notes", "1024 application/pdf Terms of reference.pdf"] {
            assert_eq!(FileReference::parse(&text(rest)).unwrap().to_string(), text(rest));
        }
    }

    #[test]
    fn a_path_or_another_form_is_no_reference() {
        for rest in [
            "01 text/plain a",
            "-1 text/plain a",
            "1 text a",
            "1 Text/plain a",
            "1 text/plain ",
            "1 text/plain ../a",
            "1 text/plain a/b",
            "1 text/plain .hidden",
            "1 text/plain a\nb",
            "1 text/plain",
        ] {
            assert_eq!(FileReference::parse(&text(rest)), None, "{rest}");
        }
        assert_eq!(FileReference::parse(&text("1 text/plain a").to_uppercase()), None);
    }
}
