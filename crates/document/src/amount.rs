use std::fmt;

/// A number of people or things, which may be too small to be told.
///
/// Kept as a number where it is known, and as the text `<5` where its source told only that it is fewer than five.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Count {
    /// So many.
    Exactly(u64),
    /// Fewer than so many, and at least one: whoever counted suppressed the number.
    FewerThan(u64),
}

impl Count {
    /// The largest count: what JSON keeps exactly in every reader.
    pub const MOST: u64 = (1 << 53) - 1;

    /// Reads `12` or `<5`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let number = |digits: &str| {
            let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
            let short = digits == "0" || !digits.starts_with('0');
            (plain && short).then(|| digits.parse().ok()).flatten().filter(|number| *number <= Self::MOST)
        };
        match text.strip_prefix('<') {
            Some(digits) => number(digits).filter(|limit| *limit > 1).map(Self::FewerThan),
            None => number(text).map(Self::Exactly),
        }
    }

    /// Returns the count as it may be told where fewer than `least` could point at somebody; none is told as it is.
    #[must_use]
    pub const fn told(self, least: u64) -> Self {
        match self {
            Self::Exactly(number) if number > 0 && number < least => Self::FewerThan(least),
            Self::FewerThan(limit) if limit < least => Self::FewerThan(least),
            other => other,
        }
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exactly(number) => write!(f, "{number}"),
            Self::FewerThan(limit) => write!(f, "<{limit}"),
        }
    }
}

/// A part in a hundred with the number of which it is a part, because a percentage of a few says little.
///
/// Kept as one text, `34.5% of 120`, with one decimal at the most, so that two are two answers and never a mixture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Percentage {
    /// Tenths of one per cent.
    pub tenths: u32,
    /// How many there are in all.
    pub base: Count,
}

impl Percentage {
    /// Reads `34.5% of 120`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (part, base) = text.split_once("% of ")?;
        let (whole, tenth) = part.split_once('.').unwrap_or((part, "0"));
        let digits = |text: &str, most: usize| {
            let plain = !text.is_empty() && text.len() <= most && text.bytes().all(|byte| byte.is_ascii_digit());
            plain.then(|| text.parse::<u32>().ok()).flatten()
        };
        let percentage = Self { tenths: digits(whole, 3)? * 10 + digits(tenth, 1)?, base: Count::parse(base)? };
        (percentage.tenths <= 1000).then_some(percentage)
    }
}

impl fmt::Display for Percentage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.tenths / 10)?;
        if !self.tenths.is_multiple_of(10) {
            write!(f, ".{}", self.tenths % 10)?;
        }
        write!(f, "% of {}", self.base)
    }
}

/// A sum of money in pence.
///
/// Kept as a whole number of pence, so that sums are exact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pence(pub i64);

impl Pence {
    /// Reads `£1,234.56`, `1234.56` or `-£5`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (sign, rest) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
        let rest = rest.strip_prefix('£').unwrap_or(rest);
        let (pounds, pence) = rest.split_once('.').unwrap_or((rest, "00"));
        let mut groups = pounds.split(',');
        let first = groups.next()?;
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let rest: Vec<&str> = groups.collect();
        let grouped = rest.is_empty() || (first.len() <= 3 && rest.iter().all(|group| group.len() == 3));
        if !grouped || !digits(first) || !rest.iter().all(|group| digits(group)) || pence.len() != 2 || !digits(pence) {
            return None;
        }
        let pounds: i64 = pounds.replace(',', "").parse().ok()?;
        let pence: i64 = pence.parse().ok()?;
        Some(Self(sign * pounds.checked_mul(100)?.checked_add(pence)?))
    }
}

impl fmt::Display for Pence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pounds = (self.0.unsigned_abs() / 100).to_string();
        if self.0 < 0 {
            f.write_str("-")?;
        }
        f.write_str("£")?;
        for (at, digit) in pounds.chars().enumerate() {
            if at > 0 && (pounds.len() - at).is_multiple_of(3) {
                f.write_str(",")?;
            }
            write!(f, "{digit}")?;
        }
        write!(f, ".{:02}", self.0.unsigned_abs() % 100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_comes_back_from_its_text() {
        for text in ["0", "12", "9007199254740991", "<5", "<10"] {
            assert_eq!(Count::parse(text).unwrap().to_string(), text);
        }
        for text in ["", "-1", "012", "1.5", "<", "<0", "<1", "< 5", "9007199254740992", "five"] {
            assert_eq!(Count::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_small_count_is_told_as_fewer() {
        assert_eq!(Count::Exactly(4).told(5), Count::FewerThan(5));
        assert_eq!(Count::Exactly(5).told(5), Count::Exactly(5));
        assert_eq!(Count::Exactly(0).told(5), Count::Exactly(0));
        assert_eq!(Count::FewerThan(3).told(5), Count::FewerThan(5));
        assert_eq!(Count::FewerThan(10).told(5), Count::FewerThan(10));
    }

    #[test]
    fn a_percentage_comes_back_from_its_text() {
        for text in ["34.5% of 120", "0% of 7", "100% of <5"] {
            assert_eq!(Percentage::parse(text).unwrap().to_string(), text);
        }
        for text in ["34.5%", "34.5% of", "34.55% of 9", "101% of 9", "-1% of 9", "1,5% of 9", "% of 9", "+1% of 9"] {
            assert_eq!(Percentage::parse(text), None, "{text}");
        }
    }

    #[test]
    fn money_comes_back_from_its_text() {
        for (text, pence) in [
            ("£0.00", 0),
            ("£5,000.00", 500_000),
            ("£1,234,567.89", 123_456_789),
            ("-£12.05", -1_205),
            ("£999.99", 99_999),
        ] {
            assert_eq!(Pence(pence).to_string(), text);
            assert_eq!(Pence::parse(text), Some(Pence(pence)));
        }
        assert_eq!(Pence::parse("5000"), Some(Pence(500_000)));
        for text in ["", "£", "1.5", "1.234", "12,34", "1,23,456", "£ 5", "5p", "1e3", "9223372036854775807"] {
            assert_eq!(Pence::parse(text), None, "{text}");
        }
    }
}
