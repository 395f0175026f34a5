//! Keys as lower-case hexadecimal digits, in files that people may have to look at.

use zeroize::Zeroizing;

/// Writes bytes as digits.
pub(crate) fn encode(bytes: &[u8]) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(bytes.len() * 2));
    for byte in bytes {
        for digit in [byte >> 4, byte & 15] {
            text.push(char::from_digit(u32::from(digit), 16).unwrap_or('0'));
        }
    }
    text
}

/// Reads digits, two for each byte.
pub(crate) fn decode(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let digits: Zeroizing<Vec<u8>> = Zeroizing::new(
        text.trim()
            .chars()
            .map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
            .collect::<Option<Vec<u8>>>()?,
    );
    if !digits.len().is_multiple_of(2) {
        return None;
    }
    Some(Zeroizing::new(digits.chunks(2).map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit)).collect()))
}

/// Reads a seed of 32 bytes.
pub(crate) fn seed(text: &str) -> Option<Zeroizing<[u8; 32]>> {
    decode(text)?.as_slice().try_into().ok().map(Zeroizing::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_back_from_their_digits() {
        assert_eq!(encode(&[0, 15, 160, 255]).as_str(), "000fa0ff");
        assert_eq!(decode("000fa0ff").unwrap().as_slice(), [0, 15, 160, 255]);
    }

    #[test]
    fn half_a_byte_and_other_letters_are_refused() {
        assert!(decode("abc").is_none());
        assert!(decode("zz").is_none());
        assert!(seed("00ff").is_none());
    }
}
