use proptest::prelude::*;
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};

use super::*;

fn inspect(text: &str) -> Vec<Hit> {
    super::inspect(text, &Folded::of(text))
}

/// Identifiers in the seeded corpus; design asks for recall 1.0 over all of them.
const DISGUISED: usize = 30_000;

/// Ordinary sentences; fewer than one in a thousand may raise an alarm.
const ORDINARY: usize = 40_000;

struct Dice(ChaCha20Rng);

impl Dice {
    fn new(seed: u64) -> Self {
        Self(ChaCha20Rng::seed_from_u64(seed))
    }

    fn below(&mut self, n: usize) -> usize {
        (self.0.next_u64() % n as u64) as usize
    }

    fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    fn between(&mut self, low: usize, high: usize) -> usize {
        low + self.below(high - low + 1)
    }
}

fn nhs_number(dice: &mut Dice) -> String {
    loop {
        let body: Vec<u32> = (0..9).map(|_| dice.below(10) as u32).collect();
        let sum: u32 = body.iter().zip((2..=10u32).rev()).map(|(d, w)| d * w).sum();
        let check = (11 - sum % 11) % 11;
        if check < 10 && body.iter().any(|d| *d != check) {
            return body.iter().chain([&check]).map(ToString::to_string).collect();
        }
    }
}

const SIGNS: [&str; 22] = [
    " ",
    ".",
    "-",
    "/",
    "_",
    "·",
    "•",
    "–",
    "—",
    "\u{2011}",
    "\u{00A0}",
    "\u{2009}",
    "\u{3000}",
    ":",
    "|",
    "*",
    "+",
    "~",
    ",",
    "\u{200B} ",
    " - ",
    "\n",
];

const NOTHINGS: [&str; 9] =
    ["\u{200B}", "\u{200C}", "\u{200D}", "\u{2060}", "\u{FEFF}", "\u{00AD}", "\u{180E}", "\u{FE0F}", "\u{202E}"];

fn grouped(text: &str, groups: &[usize], sign: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut parts = Vec::new();
    let mut at = 0;
    for length in groups {
        parts.push(chars[at..at + length].iter().collect::<String>());
        at += length;
    }
    parts.join(sign)
}

fn other_script(dice: &mut Dice, digits: &str) -> String {
    let zero = dice.pick(&[0xFF10, 0x1D7CE, 0x1D7D8, 0x1D7F6, 0x0660, 0x06F0, 0x0966, 0x2070u32]);
    digits
        .chars()
        .map(|c| match (c.to_digit(10), zero) {
            (Some(1), 0x2070) => '\u{B9}',
            (Some(d @ 2..=3), 0x2070) => char::from_u32(0xB0 + d).unwrap(),
            (Some(d), _) => char::from_u32(zero + d).unwrap(),
            (None, _) => c,
        })
        .collect()
}

fn disguised_nhs(dice: &mut Dice) -> String {
    let plain = nhs_number(dice);
    let sign = dice.pick(&SIGNS);
    match dice.below(9) {
        0 => plain,
        1 => grouped(&plain, &[3, 3, 4], sign),
        2 => grouped(&plain, &[1; 10], sign),
        3 => grouped(&plain, &[2; 5], if sign == "," { "." } else { sign }),
        4 => {
            let nothing = dice.pick(&NOTHINGS);
            let lengths = dice.pick(&[[1usize; 10].as_slice(), &[3, 3, 4], &[4, 3, 3], &[2, 2, 2, 2, 2]]);
            grouped(&plain, lengths, nothing)
        }
        5 => other_script(dice, &grouped(&plain, &[3, 3, 4], sign)),
        6 => plain.chars().map(|c| format!("{c}\u{336}")).collect(),
        7 => {
            let words = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
            let spelled: Vec<&str> = plain.chars().map(|c| words[c.to_digit(10).unwrap() as usize]).collect();
            spelled.join(dice.pick(&[" ", "-", ", "]))
        }
        _ => {
            let swapped: String = plain
                .chars()
                .map(|c| {
                    if c == '0' {
                        'O'
                    } else if c == '1' {
                        'l'
                    } else {
                        c
                    }
                })
                .collect();
            if swapped.chars().any(|c| c.is_ascii_digit()) { swapped } else { plain }
        }
    }
}

fn disguised_email(dice: &mut Dice) -> String {
    let name = dice.pick(&["j.smith", "sam", "a_b-c", "mary+home", "o'neil", "x99"]);
    let at = dice.pick(&["@", " @ ", "\u{FF20}", "(at)", " [at] ", " at ", "\u{200B}@", "@\u{2060}"]);
    let dot = if at == " at " {
        dice.pick(&[" dot ", "(dot)", " [dot] "])
    } else {
        dice.pick(&[".", "\u{FF0E}", " dot ", "(dot)", "\u{200B}.", "\u{3002}"])
    };
    let domain = dice.pick(&[["bexley", "gov", "uk"].as_slice(), &["example", "com"], &["nhs", "net"]]);
    let plain = format!("{name}{at}{}", domain.join(dot));
    if dice.below(4) == 0 { plain.to_uppercase() } else { plain }
}

fn disguised_postcode(dice: &mut Dice) -> String {
    let outward = dice.pick(&["DA6", "SE18", "SE6", "W1A", "EC1A", "M1", "B33", "CR0", "N1", "BR5", "E20", "SW1A"]);
    let letters: Vec<char> = "ABDEFGHJLNPQRSTUWXYZ".chars().collect();
    let inward = format!("{}{}{}", dice.below(10), dice.pick(&letters), dice.pick(&letters));
    let whole = format!("{outward}{inward}");
    let disguised = match dice.below(7) {
        0 => whole,
        1 => format!("{outward}{}{inward}", dice.pick(&[" ", ".", "-", "_", "/", "  ", "\u{00A0}", "\u{2013}", "\n"])),
        2 => grouped(&whole, &vec![1; whole.len()], dice.pick(&[" ", ".", "-"])),
        3 => grouped(&whole, &vec![1; whole.len()], dice.pick(&NOTHINGS)),
        4 => whole.chars().map(|c| char::from_u32(u32::from(c) + 0xFEE0).unwrap()).collect(),
        5 => format!("{outward} {inward}").replace('E', "Е").replace('A', "А").replace('B', "В"),
        _ => format!("{outward} {}", inward.replacen('0', "O", 1)),
    };
    if dice.below(3) == 0 && !disguised.contains('O') { disguised.to_lowercase() } else { disguised }
}

fn in_a_sentence(dice: &mut Dice, words: &str) -> (String, usize) {
    let before = dice.pick(&["", "The record says ", "On 12 July 2021 at 10:30, ", "Please see: ", "Hub 3 (", "ref. "]);
    let after = dice.pick(&["", ".", " was discussed by the Executive.", ", as agreed", ")", " and two more"]);
    (format!("{before}{words}{after}"), before.len())
}

fn recall(what: Identifier, make: fn(&mut Dice) -> String, seed: u64) {
    let mut dice = Dice::new(seed);
    let mut missed = Vec::new();
    for _ in 0..DISGUISED / 3 {
        let disguised = make(&mut dice);
        let (sentence, at) = in_a_sentence(&mut dice, &disguised);
        let hit =
            inspect(&sentence).into_iter().any(|f| f.what == what && f.start < at + disguised.len() && f.end > at);
        if !hit {
            missed.push(sentence);
        }
    }
    assert!(
        missed.is_empty(),
        "{} of {} missed, such as {:?}",
        missed.len(),
        DISGUISED / 3,
        &missed[..missed.len().min(8)]
    );
}

#[test]
fn every_disguised_nhs_number_is_found() {
    recall(Identifier::NhsNumber, disguised_nhs, 0x7A11);
}

#[test]
fn every_disguised_email_address_is_found() {
    recall(Identifier::EmailAddress, disguised_email, 0x7A12);
}

#[test]
fn every_disguised_postcode_is_found() {
    recall(Identifier::Postcode, disguised_postcode, 0x7A13);
}

fn ordinary(dice: &mut Dice) -> String {
    let day = dice.between(1, 28);
    let month = dice.between(1, 12);
    let year = dice.between(2018, 2026);
    let hour = dice.between(8, 18);
    let minute = dice.pick(&["00", "15", "30", "45"]);
    let name = dice.pick(&["January", "March", "June", "September", "November"]);
    let body = dice.pick(&["The Executive", "The steering group", "Learning Forum", "Bexley's Board", "The Hub"]);
    let area = dice.pick(&["Bexley", "Greenwich", "Lewisham"]);
    let n = dice.between(1, 99);
    let thousands = dice.between(1, 999);
    let hundreds = dice.between(100, 999);
    let next = year + 1;
    let date = match dice.below(5) {
        0 => format!("{day:02}/{month:02}/{year}"),
        1 => format!("{year}-{month:02}-{day:02}"),
        2 => format!("{day:02}.{month:02}.{year}"),
        3 => format!("{day}/{month}/{:02}", year % 100),
        _ => format!("{day} {name} {year}"),
    };
    let time = match dice.below(4) {
        0 => format!("{hour:02}:{minute}"),
        1 => format!("{}.{minute}pm", dice.between(1, 12)),
        2 => format!("{hour}{minute}"),
        _ => format!("{} am", dice.between(8, 11)),
    };
    match dice.below(20) {
        0 => format!("{body} met on {date} at {time} in room {n}."),
        1 => format!("Next meeting: {date} {time}, then {date} {time}."),
        2 => format!(
            "{area} will pay £{thousands},{hundreds} towards a budget of £{hundreds},{thousands:03} in {year}/{:02}.",
            next % 100
        ),
        3 => format!("Of {hundreds} practitioners, {n} said the change was effective ({}%).", dice.between(1, 100)),
        4 => format!("Agenda: 1. Welcome {hour}:{minute}-{}:{minute} 2. Priority {n} 3. Any other business.", hour + 1),
        5 => format!(
            "The group looked at Working Together 2018 and 2023, chapter {}.{n}, on {date}.",
            dice.between(1, 9)
        ),
        6 => format!("{body} agreed priority TB-P{} 1st among the {year}-{next} list.", dice.between(1, 9)),
        7 => format!(
            "Attendance was {n}, {}, {} and {} over four sessions.",
            dice.between(10, 99),
            dice.between(10, 99),
            dice.between(10, 99)
        ),
        8 => format!("We were at bexley.gov.uk looking at the {year} arrangements; the dot on the map is Erith."),
        9 => format!("Take the M25 to junction 2 and the A2; doors open at {time} on the {}th.", dice.between(4, 20)),
        10 => format!(
            "S{} and T{:02} describe it; see section {n}.{} paragraph 3.",
            dice.between(1, 74),
            dice.between(1, 15),
            dice.between(1, 9)
        ),
        11 => format!("From {date} to {date} three areas shared one priority."),
        12 => format!(
            "Year {} figures: {hundreds} in {year}, {hundreds} in {next}, down {n} per cent.",
            dice.between(1, 3)
        ),
        13 => format!("One or two of the nine actions are late; four are done, three more by {date}."),
        14 => format!(
            "{area} E09000004 and S.H.I.E.L.D. asked for version 0.{n}.{} of the tool by {date} {time}.",
            dice.between(0, 9)
        ),
        15 => format!(
            "Item {}: {area} reports at {hour}.{minute} for 20 minutes, {}-{} slides.",
            dice.between(1, 12),
            dice.between(3, 5),
            dice.between(6, 12)
        ),
        16 => format!(
            "The quarter's cost was £{}.{n:02} for each of {hundreds} places, {date} {hour}:{minute}.",
            dice.between(10, 99)
        ),
        17 => format!("Plan: {year}, {next}, {} and beyond; see www.example.org/plan{year}.", next + 1),
        18 => format!(
            "{body} heard that {n} of {hundreds} audits ({}.{}%) were good on {date}.",
            dice.between(10, 99),
            dice.between(0, 9)
        ),
        _ => format!("Minutes of {date}, {hour:02}:{minute}:00, pages 1-{n}, {hundreds} words, item 4a to 4e."),
    }
}

#[test]
fn ordinary_sentences_raise_hardly_any_alarm() {
    let mut dice = Dice::new(0x0BD1);
    let alarms: Vec<String> =
        (0..ORDINARY).map(|_| ordinary(&mut dice)).filter(|sentence| !inspect(sentence).is_empty()).collect();
    let allowed = ORDINARY / 1_000;
    println!("{} alarms in {ORDINARY} ordinary sentences", alarms.len());
    assert!(
        alarms.len() < allowed,
        "{} alarms in {ORDINARY}, such as {:?}",
        alarms.len(),
        &alarms[..alarms.len().min(8)]
    );
}

#[test]
fn the_published_number_is_found_with_its_position_and_masked() {
    let found = inspect("Sam, NHS 943 476 5919, was seen");
    let digest = FindingDigest::of(Identifier::NhsNumber, "9434765919");
    let shown = "*** *** **19".to_owned();
    assert_eq!(found, [Hit { what: Identifier::NhsNumber, start: 9, end: 21, shown, digest }]);
}

#[test]
fn positions_count_bytes_of_the_original() {
    let text = "é 9\u{200B}43\u{2013}４７６-5919.";
    let found = inspect(text);
    assert_eq!(found.len(), 1);
    assert_eq!(&text[found[0].start..found[0].end], "9\u{200B}43\u{2013}４７６-5919");
}

#[test]
fn masking_never_repeats_an_identifier() {
    let mut dice = Dice::new(7);
    for _ in 0..500 {
        let number = disguised_nhs(&mut dice);
        for finding in inspect(&number) {
            assert!(inspect(&finding.shown).is_empty(), "{}", finding.shown);
        }
    }
}

#[test]
fn a_printed_id_is_not_searched_for_numbers() {
    let id = format!("a{}b{}", "9434765919", "0f".repeat(26));
    assert_eq!(id.len(), 64);
    assert!(inspect(&id).is_empty());
}

#[test]
fn several_identifiers_come_in_order_of_position() {
    let found = inspect("DA6 7AT, a@example.com, 9434765919");
    let kinds: Vec<Identifier> = found.iter().map(|f| f.what).collect();
    assert_eq!(kinds, [Identifier::Postcode, Identifier::EmailAddress, Identifier::NhsNumber]);
}

#[test]
fn nothing_in_empty_text() {
    assert!(inspect("").is_empty());
}

proptest! {
    #[test]
    fn any_text_is_inspected_and_every_position_is_a_stretch_of_it(text in "\\PC{0,60}|[0-9 .@a-zA-Z\u{200b}-]{0,60}") {
        for finding in inspect(&text) {
            prop_assert!(text.get(finding.start..finding.end).is_some_and(|t| !t.is_empty()));
        }
    }

    #[test]
    fn a_number_is_found_whatever_sign_stands_between_its_groups(sign in "[ ./_:|*+~-]{0,3}") {
        let text = format!("943{sign}476{sign}5919");
        prop_assert_eq!(inspect(&text).len(), 1);
    }
}
