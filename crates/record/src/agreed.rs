use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use crate::statement::{Family, find_statement};

/// Where in the logs of its node a statement stands.
///
/// Words of one node follow each other by this alone: a clock may be wrong and be put right between two of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatementPlace<N> {
    /// The node that signed it.
    pub node: N,
    /// The incarnation of its log.
    pub incarnation: u32,
    /// Whether it was first said in an earlier incarnation and is written again.
    pub again: bool,
    /// The place in that log.
    pub sequence: u64,
}

impl<N> StatementPlace<N> {
    /// What orders the statements of one node: the later one is newer.
    ///
    /// What is written again was said before its incarnation began, so it comes before what was first said in it.
    #[must_use]
    pub const fn order(&self) -> (u32, bool, u64) {
        (self.incarnation, !self.again, self.sequence)
    }
}

/// One statement as agreement is computed from it.
///
/// `M` names a member, `N` a node and `V` a version; all only have to be told apart and ordered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountedStatement<M, N, V> {
    /// Where it stands among the words of its node.
    pub place: StatementPlace<N>,
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
        /// The newest version that a seat adopted, as [`Agreed::in_force`] is chosen.
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
    /// The version that every member approved and that no other such version includes: the text in force.
    pub in_force: Option<V>,
    /// Whether the version asked about is another than the one in force.
    pub changed_since: bool,
    /// How far each member has adopted the record.
    pub adoption: BTreeMap<M, Adoption<V>>,
}

impl<M: Ord + Clone, V: Ord + Clone> Agreed<M, V> {
    /// Computes agreement of `members` on `current` from statements in any order.
    ///
    /// Members are those whose approval counts: the full members of the audience. A ring of one
    /// agrees with itself only by saying so; without members nothing is ever agreed. `rules` holds
    /// the members whose adoption needs more than one seat. `includes` says whether a version has seen all of another.
    #[must_use]
    pub fn compute<N: Ord>(
        members: &BTreeSet<M>,
        rules: &BTreeMap<M, AdoptionRule>,
        statements: &[CountedStatement<M, N, V>],
        current: &V,
        includes: impl Fn(&V, &V) -> bool,
    ) -> Self {
        let later = |a: &V, b: &V| includes(a, b) && !includes(b, a);
        let answers: BTreeMap<&M, Answers<'_, V>> =
            members.iter().map(|member| (member, answers(member, statements, &later))).collect();
        let in_force = in_force(&answers, &later);
        let approval = |answers: &Answers<'_, V>| answers.get(current).copied().unwrap_or(Approval::Outstanding);
        let approvals = answers.iter().map(|(member, answers)| ((*member).clone(), approval(answers))).collect();
        let adoption = members
            .iter()
            .map(|member| {
                let rule = rules.get(member).cloned().unwrap_or_default();
                (member.clone(), adoption(member, &rule, statements, &later))
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

/// The newest word of a seat on one matter on each of its member's nodes.
type ByNode<'a, M, N, V> = BTreeMap<&'a N, &'a CountedStatement<M, N, V>>;

/// What a member says to each version that one of its seats has answered.
type Answers<'a, V> = BTreeMap<&'a V, Approval>;

/// Returns the words of one family that stand: each seat's newest, by version where the family says so.
fn standing<'a, M: Ord, N: Ord, V: Ord>(
    member: &M,
    family: Family,
    statements: &'a [CountedStatement<M, N, V>],
    later: &impl Fn(&V, &V) -> bool,
) -> Vec<&'a CountedStatement<M, N, V>> {
    let mut newest: BTreeMap<Matter<'a, V>, ByNode<'a, M, N, V>> = BTreeMap::new();
    for said in statements.iter().filter(|s| s.member == *member) {
        let Some(word) = find_statement(&said.word) else {
            continue;
        };
        if word.family == family && (said.votes || !word.needs_vote) {
            let version = family.is_by_version().then_some(&said.version);
            let by_node = newest.entry((said.seat.as_deref(), version)).or_default();
            let kept = by_node.entry(&said.place.node).or_insert(said);
            if kept.place.order() < said.place.order() {
                *kept = said;
            }
        }
    }
    newest.values().filter_map(|by_node| prevailing(by_node, later)).collect()
}

/// Chooses among the newest words that a seat said on each of its member's nodes.
///
/// Nodes share no log and clocks prove nothing: only a word on a later version is known to be newer. Where that leaves
/// several, the most cautious stands, so that nothing passes for agreed that its seat may have taken back.
fn prevailing<'a, M, N: Ord, V: Ord>(
    by_node: &ByNode<'a, M, N, V>,
    later: &impl Fn(&V, &V) -> bool,
) -> Option<&'a CountedStatement<M, N, V>> {
    let is_last =
        |said: &CountedStatement<M, N, V>| !by_node.values().any(|other| later(&other.version, &said.version));
    let last = by_node.values().copied().filter(|said| is_last(said));
    last.max_by_key(|said| (caution(&said.word), Reverse(&said.version)))
}

fn caution(word: &str) -> u8 {
    match word {
        "object" | "decline" => 2,
        "abstain" => 1,
        _ => 0,
    }
}

/// Finds a version that no other one here includes.
///
/// Of versions written apart that nothing joins it takes by their names, which are hashes: those are fixed before
/// anybody approves, so no member can move the choice by when it speaks, in which order, or how its clock is set.
/// One pass upwards by name, so that many versions cost no more than their number.
fn newest<'a, V: Ord>(versions: impl IntoIterator<Item = &'a V>, later: &impl Fn(&V, &V) -> bool) -> Option<&'a V> {
    let by_name: BTreeSet<&V> = versions.into_iter().collect();
    by_name.into_iter().reduce(|chosen, next| if later(next, chosen) { next } else { chosen })
}

fn answers<'a, M: Ord, N: Ord, V: Ord>(
    member: &M,
    statements: &'a [CountedStatement<M, N, V>],
    later: &impl Fn(&V, &V) -> bool,
) -> Answers<'a, V> {
    let mut answers = Answers::new();
    for said in standing(member, Family::Approval, statements, later) {
        let approval = match said.word.as_str() {
            "object" => Approval::Objected,
            "approve" => Approval::Approved,
            _ => Approval::Abstained,
        };
        let kept = answers.entry(&said.version).or_insert(approval);
        *kept = approval.max(*kept);
    }
    answers
}

/// Finds the version in force among those that every member approves.
fn in_force<M: Ord, V: Ord + Clone>(
    answers: &BTreeMap<&M, Answers<'_, V>>,
    later: &impl Fn(&V, &V) -> bool,
) -> Option<V> {
    let first = answers.values().next()?;
    let by_all = first
        .keys()
        .copied()
        .filter(|version| answers.values().all(|answers| answers.get(version) == Some(&Approval::Approved)));
    newest(by_all, later).cloned()
}

fn adoption<M: Ord, N: Ord, V: Ord + Clone>(
    member: &M,
    rule: &AdoptionRule,
    statements: &[CountedStatement<M, N, V>],
    later: &impl Fn(&V, &V) -> bool,
) -> Adoption<V> {
    let standing = standing(member, Family::Adoption, statements, later);
    if standing.iter().any(|s| s.word == "decline") {
        return Adoption::Declined;
    }
    let Some(version) = newest(standing.iter().map(|s| &s.version), later) else {
        return Adoption::Awaiting;
    };
    if let AdoptionRule::EachSector(sectors) = rule {
        let adopted: BTreeSet<String> =
            standing.iter().filter_map(|s| s.sector.clone()).filter(|s| sectors.contains(s)).collect();
        if adopted.len() < sectors.len() {
            let awaiting = sectors.difference(&adopted).cloned().collect();
            return Adoption::Partly { adopted, awaiting };
        }
    }
    Adoption::Adopted { version: version.clone() }
}

#[cfg(test)]
mod tests;
