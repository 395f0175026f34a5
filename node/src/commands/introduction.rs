//! What a paper says, before anybody signs it.

use tally_ring::{Card, Invitation, fingerprint};

/// What to do with the fingerprints that follow.
const COMPARE: &str = "Before you sign: read each fingerprint out to that member by telephone. A name can be copied; a \
                       fingerprint cannot.";

/// The members that these cards introduce.
pub(crate) fn of_cards(cards: &[Card]) -> Vec<String> {
    let lines = cards.iter().map(|card| line(&card.content().name, &card.content().codes, &card.fingerprint()));
    std::iter::once(COMPARE.to_owned()).chain(lines).collect()
}

/// The edition that this invitation asks a member to sign.
pub(crate) fn of_invitation(invitation: &Invitation) -> Vec<String> {
    let edition = invitation.edition().edition();
    let mut lines = vec![format!("{}, edition {}", edition.name, edition.number)];
    if !edition.purpose.is_empty() {
        lines.push(format!("purpose: {}", edition.purpose));
    }
    lines.push(format!("handling: {}; kept: {}", edition.handling, edition.retention));
    lines.push(format!(
        "limits: {} bytes and {} records for each member's log, {} words for a text",
        edition.limits.log_bytes, edition.limits.log_documents, edition.limits.text_words
    ));
    lines.push(COMPARE.to_owned());
    for listed in &edition.members {
        lines.push(line(&listed.name, &listed.codes, &fingerprint(&listed.root, &listed.next_root)));
    }
    lines
}

fn line(name: &str, codes: &[String], fingerprint: &str) -> String {
    let codes = if codes.is_empty() { String::new() } else { format!(" ({})", codes.join(", ")) };
    format!("  {name}{codes}: {fingerprint}")
}
