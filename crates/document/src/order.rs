//! Order keys of lines: texts of base 36 digits, between any two of which there is room for another.

const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";

/// Digits of an order key; where two lines have been parted so often, they share a key and their ids decide.
const DIGITS_MAX: usize = 64;

fn digit(text: &str, at: usize) -> Option<usize> {
    let byte = *text.as_bytes().get(at)?;
    DIGITS.iter().position(|digit| *digit == byte)
}

/// A key after `low` and, where there is one, before `high`.
pub(crate) fn between(low: &str, high: Option<&str>) -> String {
    // A key from elsewhere may be anything: what leaves no room is ignored.
    let mut high = high.filter(|high| *high > low);
    let mut key = String::new();
    for at in 0..DIGITS_MAX {
        let below = digit(low, at).unwrap_or(0);
        let above = high.map_or(DIGITS.len(), |high| digit(high, at).unwrap_or(0));
        let middle = usize::midpoint(below, above);
        if middle > below {
            push(&mut key, middle);
            return key;
        }
        push(&mut key, below);
        if above > below {
            high = None;
        }
    }
    low.to_owned()
}

fn push(key: &mut String, digit: usize) {
    if let Some(digit) = DIGITS.get(digit) {
        key.push(char::from(*digit));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_room_between_any_two() {
        let mut keys = vec![between("", None)];
        for round in 0..200 {
            let at = (round * 7) % (keys.len() + 1);
            let low = at.checked_sub(1).map_or("", |low| keys[low].as_str());
            let key = between(low, keys.get(at).map(String::as_str));
            keys.insert(at, key);
        }
        assert!(keys.is_sorted_by(|a, b| a < b), "{keys:?}");
    }

    #[test]
    fn a_key_that_is_none_does_no_harm() {
        for (low, high) in [("é", Some("!")), ("zzzz", Some("a")), ("", Some("")), ("0", Some("00"))] {
            assert!(between(low, high).len() <= DIGITS_MAX);
        }
    }
}
