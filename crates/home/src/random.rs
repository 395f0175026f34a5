use thiserror::Error;
use zeroize::Zeroizing;

/// The machine gives no random bytes.
#[derive(Debug, Error)]
#[error("the machine gives no randomness")]
pub struct NoRandomness(#[source] getrandom::Error);

/// 32 bytes from the machine's randomness.
pub fn random() -> Result<Zeroizing<[u8; 32]>, NoRandomness> {
    let mut bytes = Zeroizing::new([0; 32]);
    getrandom::fill(bytes.as_mut_slice()).map_err(NoRandomness)?;
    Ok(bytes)
}
