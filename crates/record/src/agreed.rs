use std::collections::{BTreeMap, BTreeSet};

use crate::statement::{Family, find_statement};

/// One statement as agreement is computed from it, oldest first in a list.
///
/// `M` names a member and `V` a version; both only have to be told apart and ordered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said<M, V> {
    /// The member whose node signed it.
    pub member: M,
    /// The seat that said it; without one it is the member's own word.
    pub seat: Option<String>,
    /// The sector the seat sits for.
    pub sector: Option<String>,
    /// Whether the seat has a vote; approvals without one are not counted (rule R24).
    pub votes: bool,
    /// The word, such as `approve`.
    pub word: String,
    /// The exact version it is about.
    pub version: V,
}

/// What a member says to one version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Approval {
    /// No seat has answered; nobody waits for it.
    Outstanding,
    /// A seat abstains and none approves or objects.
    Abstained,
    /// A seat approves and none objects.
    Approved,
    /// A seat objects.
    Objected,
}

/// How far a member has taken a record as its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Adoption<V> {
    /// No seat has answered.
    Awaiting,
    /// Some sectors have adopted and the rule asks for more.
    Partly {
        /// The sectors that adopted.
        adopted: BTreeSet<String>,
        /// The sectors not heard from.
        awaiting: BTreeSet<String>,
    },
    /// Adopted.
    Adopted {
        /// The newest version that a seat adopted.
        version: V,
    },
    /// A seat declines; the others carry on.
    Declined,
}

/// Says whose adoption counts within one member.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum AdoptionRule {
    /// One seat speaks for the member.
    #[default]
    OneSeat,
    /// One seat of each of these sectors.
    EachSector(BTreeSet<String>),
}

/// What has been agreed about a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agreed<M, V> {
    /// What each member says to the version asked about.
    pub approvals: BTreeMap<M, Approval>,
    /// The newest version that every member approved: the text in force.
    pub in_force: Option<V>,
    /// Whether the version asked about is another than the one in force.
    pub changed_since: bool,
    /// How far each member has adopted the record.
    pub adoption: BTreeMap<M, Adoption<V>>,
}

impl<M: Ord + Clone, V: Ord + Clone> Agreed<M, V> {
    /// Computes agreement of `members` on `current` from statements in order, oldest first.
    ///
    /// Members are those whose approval counts: the full members of the audience. A ring of one
    /// agrees with itself only by saying so; without members nothing is ever agreed. `rules` holds
    /// the members whose adoption needs more than one seat.
    #[must_use]
    pub fn compute(
        members: &BTreeSet<M>,
        rules: &BTreeMap<M, AdoptionRule>,
        statements: &[Said<M, V>],
        current: &V,
    ) -> Self {
        let in_force = in_force(members, statements);
        let approvals = members.iter().map(|member| (member.clone(), approval(member, statements, current))).collect();
        let adoption = members
            .iter()
            .map(|member| {
                let rule = rules.get(member).cloned().unwrap_or_default();
                (member.clone(), adoption(member, &rule, statements))
            })
            .collect();
        let changed_since = in_force.as_ref().is_some_and(|version| version != current);
        Self { approvals, in_force, changed_since, adoption }
    }

    /// Returns whether the version asked about is the agreed one.
    #[must_use]
    pub fn is_agreed(&self) -> bool {
        self.in_force.is_some() && !self.changed_since
    }

    /// Returns the members that have not answered the version asked about.
    pub fn outstanding(&self) -> impl Iterator<Item = &M> {
        self.approvals.iter().filter(|(_, approval)| **approval == Approval::Outstanding).map(|(member, _)| member)
    }
}

/// What a seat speaks to: itself, and the version where its word is about one.
type Matter<'a, V> = (Option<&'a str>, Option<&'a V>);

/// Returns the words of one family that stand: each seat's newest, by version where the family says so.
fn standing<'a, M: Ord, V: Ord>(
    member: &'a M,
    family: Family,
    statements: &'a [Said<M, V>],
) -> BTreeMap<Matter<'a, V>, &'a Said<M, V>> {
    let mut standing = BTreeMap::new();
    for said in statements.iter().filter(|s| s.member == *member) {
        let Some(word) = find_statement(&said.word) else {
            continue;
        };
        if word.family == family && (said.votes || !word.needs_vote) {
            let version = family.is_by_version().then_some(&said.version);
            standing.insert((said.seat.as_deref(), version), said);
        }
    }
    standing
}

fn approval<M: Ord, V: Ord>(member: &M, statements: &[Said<M, V>], version: &V) -> Approval {
    standing(member, Family::Approval, statements)
        .values()
        .filter(|said| said.version == *version)
        .map(|said| match said.word.as_str() {
            "object" => Approval::Objected,
            "approve" => Approval::Approved,
            _ => Approval::Abstained,
        })
        .max()
        .unwrap_or(Approval::Outstanding)
}

/// Finds the version in force: of all that every member approves, the one completed last.
fn in_force<M: Ord, V: Ord + Clone>(members: &BTreeSet<M>, statements: &[Said<M, V>]) -> Option<V> {
    if members.is_empty() {
        return None;
    }
    // The last approval of a version is the moment it was completed.
    let mut versions: Vec<&V> = Vec::new();
    for said in statements.iter().rev().filter(|s| s.word == "approve") {
        if !versions.contains(&&said.version) {
            versions.push(&said.version);
        }
    }
    versions
        .into_iter()
        .find(|version| members.iter().all(|m| approval(m, statements, version) == Approval::Approved))
        .cloned()
}

fn adoption<M: Ord, V: Ord + Clone>(member: &M, rule: &AdoptionRule, statements: &[Said<M, V>]) -> Adoption<V> {
    let standing = standing(member, Family::Adoption, statements);
    let in_order: Vec<&Said<M, V>> =
        statements.iter().filter(|s| standing.values().any(|kept| std::ptr::eq(*kept, *s))).collect();
    if in_order.iter().any(|s| s.word == "decline") {
        return Adoption::Declined;
    }
    let Some(newest) = in_order.last() else {
        return Adoption::Awaiting;
    };
    if let AdoptionRule::EachSector(sectors) = rule {
        let adopted: BTreeSet<String> =
            in_order.iter().filter_map(|s| s.sector.clone()).filter(|s| sectors.contains(s)).collect();
        if adopted.len() < sectors.len() {
            let awaiting = sectors.difference(&adopted).cloned().collect();
            return Adoption::Partly { adopted, awaiting };
        }
    }
    Adoption::Adopted { version: newest.version.clone() }
}

#[cfg(test)]
mod tests;
