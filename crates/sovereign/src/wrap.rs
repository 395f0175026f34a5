use std::io::{Read, Write};
use std::iter;

use age::secrecy::{ExposeSecret, SecretString};
use age::{DecryptError, Decryptor, Encryptor, scrypt, x25519};
use thiserror::Error;
use zeroize::Zeroizing;

/// How much work one guess of a passphrase costs, as a power of two (18: about a second and 256 MiB).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WorkFactor(u8);

impl WorkFactor {
    /// What a root key file is made with.
    pub const DEFAULT: Self = Self(18);

    /// The most this program accepts in a file; above it a hostile file could stop a small machine.
    pub const MOST: Self = Self(20);

    /// Makes a work factor; none outside 1 to [`WorkFactor::MOST`].
    #[must_use]
    pub const fn new(log_n: u8) -> Option<Self> {
        if 0 < log_n && log_n <= Self::MOST.0 { Some(Self(log_n)) } else { None }
    }
}

/// Says why bytes could not be wrapped with a passphrase, or unwrapped.
#[derive(Debug, Error)]
pub enum WrapError {
    /// There is no passphrase.
    #[error("the passphrase is empty")]
    NoPassphrase,
    /// The passphrase is not the one the file was made with.
    #[error("the passphrase is wrong")]
    WrongPassphrase,
    /// The bytes are no file wrapped with a passphrase.
    #[error("this is not a file wrapped with a passphrase")]
    NotWrapped,
    /// Opening it would cost more than a file of this program ever does.
    #[error("opening it asks for a work factor of {required}, and at most {} is accepted", WorkFactor::MOST.0)]
    TooMuchWork {
        /// What the file asks for.
        required: u8,
    },
    /// The bytes were changed since they were wrapped.
    #[error("the wrapped bytes are damaged")]
    Damaged,
    /// The bytes could not be sealed.
    #[error("the bytes could not be wrapped")]
    Encrypt(#[source] age::EncryptError),
}

/// Wraps bytes so that only the passphrase opens them; the format is age, readable by other tools.
///
/// # Errors
/// Refuses an empty passphrase.
pub fn wrap(plain: &[u8], passphrase: &str, work: WorkFactor) -> Result<Vec<u8>, WrapError> {
    if passphrase.is_empty() {
        return Err(WrapError::NoPassphrase);
    }
    let mut recipient = scrypt::Recipient::new(SecretString::from(passphrase.to_owned()));
    recipient.set_work_factor(work.0);
    let encryptor =
        Encryptor::with_recipients(iter::once(&recipient as &dyn age::Recipient)).map_err(WrapError::Encrypt)?;
    let io = |error| WrapError::Encrypt(age::EncryptError::Io(error));
    let mut wrapped = Vec::with_capacity(plain.len() + 256);
    let mut writer = encryptor.wrap_output(&mut wrapped).map_err(io)?;
    writer.write_all(plain).map_err(io)?;
    writer.finish().map_err(io)?;
    Ok(wrapped)
}

/// Unwraps bytes with their passphrase.
///
/// # Errors
/// A wrong passphrase is told apart from a damaged file and from something else altogether.
pub fn unwrap(wrapped: &[u8], passphrase: &str) -> Result<Zeroizing<Vec<u8>>, WrapError> {
    if passphrase.is_empty() {
        return Err(WrapError::NoPassphrase);
    }
    let decryptor = Decryptor::new_buffered(wrapped).map_err(|_| WrapError::NotWrapped)?;
    if !decryptor.is_scrypt() {
        return Err(WrapError::NotWrapped);
    }
    let mut identity = scrypt::Identity::new(SecretString::from(passphrase.to_owned()));
    identity.set_max_work_factor(WorkFactor::MOST.0);
    let mut reader = decryptor.decrypt(iter::once(&identity as &dyn age::Identity)).map_err(|error| match error {
        DecryptError::DecryptionFailed | DecryptError::KeyDecryptionFailed | DecryptError::NoMatchingKeys => {
            WrapError::WrongPassphrase
        }
        DecryptError::ExcessiveWork { required, .. } => WrapError::TooMuchWork { required },
        DecryptError::InvalidHeader | DecryptError::UnknownFormat => WrapError::NotWrapped,
        _ => WrapError::Damaged,
    })?;
    let mut plain = Zeroizing::new(Vec::new());
    reader.read_to_end(&mut plain).map_err(|_| WrapError::Damaged)?;
    Ok(plain)
}

/// The age identity of a node: what is encrypted to its recipient, it alone can read.
pub struct NodeIdentity(x25519::Identity);

/// Says that words are not an age identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("this is not an age identity")]
pub struct NotAnIdentity;

impl NodeIdentity {
    /// Makes a new identity from the system's randomness.
    #[must_use]
    pub fn generate() -> Self {
        Self(x25519::Identity::generate())
    }

    /// Reads an identity as [`NodeIdentity::to_secret_text`] wrote it.
    ///
    /// # Errors
    /// Where the words are no identity.
    pub fn from_secret_text(text: &str) -> Result<Self, NotAnIdentity> {
        text.trim().parse().map(Self).map_err(|_| NotAnIdentity)
    }

    /// Returns the secret as text, for a file only the node can read.
    #[must_use]
    pub fn to_secret_text(&self) -> Zeroizing<String> {
        Zeroizing::new(self.0.to_string().expose_secret().to_owned())
    }

    /// Returns the recipient that a node certificate names (`age1...`).
    #[must_use]
    pub fn recipient(&self) -> String {
        self.0.to_public().to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Cheap enough for tests.
    const QUICK: WorkFactor = WorkFactor(4);

    #[test]
    fn what_is_wrapped_unwraps_with_its_passphrase() {
        let wrapped = wrap(b"root key", "correct horse", QUICK).unwrap();
        assert_eq!(unwrap(&wrapped, "correct horse").unwrap().as_slice(), b"root key");
    }

    #[test]
    fn a_wrong_passphrase_is_its_own_error() {
        let wrapped = wrap(b"root key", "correct horse", QUICK).unwrap();
        assert!(matches!(unwrap(&wrapped, "correct house"), Err(WrapError::WrongPassphrase)));
    }

    #[test]
    fn other_bytes_are_told_from_a_wrong_passphrase() {
        assert!(matches!(unwrap(b"a letter", "correct horse"), Err(WrapError::NotWrapped)));
    }

    #[test]
    fn a_file_for_a_recipient_is_not_one_for_a_passphrase() {
        let sealed = age::encrypt(&x25519::Identity::generate().to_public(), b"x").unwrap();
        assert!(matches!(unwrap(&sealed, "correct horse"), Err(WrapError::NotWrapped)));
    }

    #[test]
    fn a_damaged_end_is_told_from_a_wrong_passphrase() {
        let mut wrapped = wrap(b"root key", "correct horse", QUICK).unwrap();
        let last = wrapped.len() - 1;
        wrapped[last] ^= 1;
        assert!(matches!(unwrap(&wrapped, "correct horse"), Err(WrapError::Damaged)));
    }

    #[test]
    fn an_empty_passphrase_is_refused() {
        assert!(matches!(wrap(b"x", "", QUICK), Err(WrapError::NoPassphrase)));
    }

    #[test]
    fn a_file_that_asks_for_too_much_work_is_refused_before_it_is_done() {
        let wrapped = wrap(b"x", "p", QUICK).unwrap();
        let text = String::from_utf8_lossy(&wrapped).into_owned();
        let line = text.lines().nth(1).unwrap().to_owned();
        let dear = line.rsplit_once(' ').map(|(start, _)| format!("{start} 30")).unwrap();
        let mut changed = wrapped.clone();
        let at = text.find(&line).unwrap();
        changed.splice(at..at + line.len(), dear.bytes());
        assert!(matches!(unwrap(&changed, "p"), Err(WrapError::TooMuchWork { required: 30 })));
    }

    #[test]
    fn work_factors_are_bounded() {
        assert_eq!((WorkFactor::new(0), WorkFactor::new(21)), (None, None));
        assert_eq!(WorkFactor::new(18), Some(WorkFactor::DEFAULT));
    }

    #[test]
    fn an_identity_survives_its_text_and_reads_what_its_recipient_seals() {
        let identity = NodeIdentity::generate();
        let again = NodeIdentity::from_secret_text(&identity.to_secret_text()).unwrap();
        assert_eq!(identity.recipient(), again.recipient());
        assert!(identity.recipient().starts_with("age1"));
        let recipient: x25519::Recipient = identity.recipient().parse().unwrap();
        let sealed = age::encrypt(&recipient, b"bundle").unwrap();
        assert_eq!(age::decrypt(&again.0, &sealed).unwrap(), b"bundle");
    }

    #[test]
    fn other_words_are_no_identity() {
        assert!(NodeIdentity::from_secret_text("age1qqq").is_err());
    }
}
