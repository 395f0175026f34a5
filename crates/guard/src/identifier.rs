/// Names a kind of identifier that the guard looks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Identifier {
    /// A ten-digit NHS number whose check digit is right.
    NhsNumber,
    /// An e-mail address.
    EmailAddress,
    /// A full UK postcode, which can be one household.
    Postcode,
}

impl Identifier {
    /// Lists every kind the guard knows.
    pub const ALL: [Self; 3] = [Self::NhsNumber, Self::EmailAddress, Self::Postcode];

    /// Returns the word that commands and JSON use.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::NhsNumber => "nhs_number",
            Self::EmailAddress => "email_address",
            Self::Postcode => "postcode",
        }
    }

    /// Returns the words that people read.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::NhsNumber => "an NHS number",
            Self::EmailAddress => "an e-mail address",
            Self::Postcode => "a full postcode",
        }
    }
}
