use std::collections::BTreeMap;

use crate::borders::Border;
use crate::finding::Finding;
use crate::folded::Folded;
use crate::inspect::inspect;

/// What the guard can read: says every text in it, and where each stands.
///
/// An implementation that leaves a text out opens a way past the guard. Take the value apart with a pattern
/// without `..`, so that a field added later does not compile until its words are said.
pub trait Wording {
    /// Says every text, in the order in which people read them.
    fn say(&self, words: &mut Words);
}

/// Texts with their places, as the guard reads them.
#[derive(Debug, Clone, Default)]
pub struct Words {
    place: String,
    passages: Vec<Passage>,
}

#[derive(Debug, Clone)]
struct Passage {
    place: String,
    text: String,
    is_figure: bool,
}

impl Words {
    /// Returns the words of a value.
    #[must_use]
    pub fn of<T: Wording + ?Sized>(value: &T) -> Self {
        let mut words = Self::default();
        value.say(&mut words);
        words
    }

    /// Says a text; the guard reads it together with what is said before and after it.
    pub fn text(&mut self, text: &str) {
        self.passage(text, false);
    }

    /// Says a number, a date or a word of a vocabulary; the guard reads it alone.
    ///
    /// Beside each other numbers and dates make ten digits by chance.
    pub fn figure(&mut self, text: &str) {
        self.passage(text, true);
    }

    /// Says what stands at a place within the present one, such as a field of a record.
    pub fn at<T: Wording + ?Sized>(&mut self, place: &str, value: &T) {
        let outer = self.place.len();
        if outer > 0 {
            self.place.push('/');
        }
        self.place.push_str(place);
        value.say(self);
        self.place.truncate(outer);
    }

    /// Returns the texts with their places, in the order in which they were said.
    pub fn passages(&self) -> impl Iterator<Item = (&str, &str)> {
        self.passages.iter().map(|passage| (passage.place.as_str(), passage.text.as_str()))
    }

    /// Finds identifiers in each text, and those that are split between two.
    #[must_use]
    pub fn findings(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        let mut borders: Vec<Border<'_>> = Vec::new();
        for Passage { place, text, is_figure } in &self.passages {
            let folded = Folded::of(text);
            findings.extend(inspect(text, &folded).into_iter().map(|hit| Finding {
                places: vec![place.clone()],
                what: hit.what,
                shown: hit.shown,
                digest: hit.digest,
            }));
            if !is_figure && !text.trim().is_empty() {
                borders.push(Border::of(place, &folded, borders.last()));
            }
        }
        findings.extend(Border::splits(&borders));
        findings
    }

    fn passage(&mut self, text: &str, is_figure: bool) {
        self.passages.push(Passage { place: self.place.clone(), text: text.to_owned(), is_figure });
    }
}

impl Wording for str {
    fn say(&self, words: &mut Words) {
        words.text(self);
    }
}

impl Wording for String {
    fn say(&self, words: &mut Words) {
        words.text(self);
    }
}

impl<T: Wording + ?Sized> Wording for &T {
    fn say(&self, words: &mut Words) {
        (**self).say(words);
    }
}

impl<T: Wording> Wording for Option<T> {
    fn say(&self, words: &mut Words) {
        self.iter().for_each(|value| value.say(words));
    }
}

impl<T: Wording> Wording for [T] {
    /// Says each at its number, counted from one.
    fn say(&self, words: &mut Words) {
        self.iter().enumerate().for_each(|(at, value)| words.at(&(at + 1).to_string(), value));
    }
}

impl<T: Wording> Wording for Vec<T> {
    fn say(&self, words: &mut Words) {
        self.as_slice().say(words);
    }
}

impl<K: AsRef<str>, T: Wording> Wording for BTreeMap<K, T> {
    /// Says each at its name.
    fn say(&self, words: &mut Words) {
        self.iter().for_each(|(name, value)| words.at(name.as_ref(), value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identifier::Identifier;

    fn fields(fields: &[(&str, &str)]) -> Words {
        let mut words = Words::default();
        fields.iter().for_each(|(place, text)| words.at(place, *text));
        words
    }

    fn places(words: &Words) -> Vec<Vec<String>> {
        words.findings().into_iter().map(|finding| finding.places).collect()
    }

    #[test]
    fn a_place_is_the_way_to_a_text() {
        let lines = vec![BTreeMap::from([("text", "one")]), BTreeMap::from([("text", "two")])];
        let words = Words::of(&BTreeMap::from([("updates", lines)]));
        assert_eq!(words.passages().collect::<Vec<_>>(), [("updates/1/text", "one"), ("updates/2/text", "two")]);
    }

    #[test]
    fn a_number_split_between_neighbours_is_found() {
        let words = fields(&[("focus", "for 943 476"), ("source", "5919 as noted")]);
        assert_eq!(places(&words), [["focus", "source"]]);
    }

    #[test]
    fn a_number_split_between_texts_far_apart_is_found_in_either_order() {
        let between = [("background", "what was done"), ("ambitions", "to be safe")];
        for (first, last) in [("for 943 476", "5919 as noted"), ("5919 as noted", "for 943 476")] {
            let words = fields(&[&[("title", first)], between.as_slice(), &[("source", last)]].concat());
            assert_eq!(words.findings().len(), 1, "{first}");
        }
    }

    #[test]
    fn a_number_split_over_three_items_is_found() {
        let items = vec!["the list", "943", "476", "5919", "ends"];
        assert_eq!(places(&Words::of(&items)), [["2", "3", "4"]]);
    }

    #[test]
    fn a_number_at_the_end_of_a_long_list_of_numbers_is_found() {
        let mut items: Vec<String> = (0..300).map(|n| format!("{}", 1000 + n)).collect();
        let before = Words::of(&items).findings().len();
        items.extend(["the last ones", "943", "476", "5919"].map(str::to_owned));
        assert_eq!(Words::of(&items).findings().len(), before + 1);
    }

    #[test]
    fn an_address_and_a_postcode_split_between_two_are_found() {
        let words = fields(&[("a", "write to sam@"), ("b", "bexley.gov.uk"), ("c", "at SE18"), ("d", "6HQ today")]);
        let found: Vec<Identifier> = words.findings().iter().map(|finding| finding.what).collect();
        assert_eq!(found, [Identifier::EmailAddress, Identifier::Postcode]);
    }

    #[test]
    fn a_number_in_one_text_is_found_once() {
        let words = fields(&[("title", "Hub"), ("focus", "943 476 5919"), ("source", "Board")]);
        assert_eq!(places(&words), [["focus"]]);
    }

    #[test]
    fn figures_are_read_alone() {
        let mut words = Words::default();
        ["943", "476", "5919"].iter().for_each(|figure| words.figure(figure));
        assert_eq!(words.findings(), []);
        words.figure("9434765919");
        assert_eq!(words.findings().len(), 1);
    }

    #[test]
    fn empty_texts_and_figures_do_not_part_neighbours() {
        let mut words = Words::default();
        words.at("a", "sam@");
        words.at("b", "");
        words.figure("12");
        words.at("c", "bexley.gov.uk");
        assert_eq!(places(&words), [["a", "c"]]);
    }

    #[test]
    fn every_disguise_of_an_identifier_has_one_digest() {
        for alike in [
            vec!["943 476 5919", "９４３-476-5919", "nine four three four seven six five nine one nine", "943 4765919"],
            vec!["Sam@Bexley.gov.uk", "sam (at) bexley dot gov dot uk", "s\u{200b}am@bexley.gov.uk"],
            vec!["SE18 6HQ", "se186hq", "S E 1 8 6 H Q", "SE18-6HQ"],
            vec!["DA6 0AT", "DA6 OAT"],
        ] {
            let digests: Vec<_> =
                alike.iter().flat_map(|text| Words::of(*text).findings()).map(|finding| finding.digest).collect();
            assert_eq!(digests.len(), alike.len(), "{alike:?}");
            assert!(digests.iter().all(|digest| *digest == digests[0]), "{alike:?}");
        }
    }
}
