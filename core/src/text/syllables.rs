//! For tests: every Vietnamese syllable, in both ways to place the tone.

use proptest::prelude::*;

/// A syllable without its tone, the tone, and the letters that may carry it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Syllable {
    letters: String,
    /// A combining mark, or nothing for the level tone.
    pub(super) tone: &'static str,
    /// Index of the letter that carries it in the new way (hoà) and the old one (hòa).
    places: [usize; 2],
}

impl Syllable {
    /// In decomposed form: new way, old way.
    pub(super) fn decomposed(&self) -> [String; 2] {
        self.places.map(|place| {
            let with_tone = |(i, c): (usize, char)| {
                let tone = if i == place { self.tone } else { "" };
                std::iter::once(c).chain(tone.chars())
            };
            let text: String = self.letters.chars().enumerate().flat_map(with_tone).collect();
            unicode_normalization::UnicodeNormalization::nfd(text.as_str()).collect()
        })
    }

    /// In NFC: new way, old way.
    pub(super) fn written(&self) -> [String; 2] {
        self.decomposed()
            .map(|text| unicode_normalization::UnicodeNormalization::nfc(text.as_str()).collect())
    }
}

/// Onsets × rimes × tones; some of them no word has, which does no harm.
pub(super) fn syllables() -> Vec<Syllable> {
    let mut all = Vec::new();
    for onset in std::iter::once("").chain(ONSETS.split(' ')) {
        for rime in RIMES.split_whitespace() {
            // The glide is written once: `qua`, `giêng`.
            if (onset == "qu" && rime.starts_with(['u', 'o']))
                || (onset == "gi" && rime.starts_with('i'))
            {
                continue;
            }
            let at = onset.chars().count();
            for tone in TONES {
                let places = places(rime).map(|place| at + place);
                all.push(Syllable { letters: format!("{onset}{rime}"), tone, places });
            }
        }
    }
    all
}

/// All of them in the new way.
pub(super) fn all() -> Vec<String> {
    syllables().into_iter().map(|s| s.written()[0].clone()).collect()
}

/// A syllable as it stands in a text, in capitals, and at the beginning of a name.
pub(super) fn cases(syllable: &str) -> [String; 3] {
    let mut letters = syllable.chars();
    let begun = letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect();
    [syllable.to_owned(), syllable.to_uppercase(), begun]
}

/// Names of one to five syllables, some in capitals.
pub(super) fn name() -> impl Strategy<Value = String> {
    let all = all();
    let word = (0..all.len(), 0..3usize).prop_map(move |(i, case)| cases(&all[i])[case].clone());
    proptest::collection::vec(word, 1..6).prop_map(|words: Vec<String>| words.join(" "))
}

fn places(rime: &str) -> [usize; 2] {
    let letters: Vec<char> = rime.chars().collect();
    if let Some(marked) = letters.iter().rposition(|c| !c.is_ascii()) {
        return [marked; 2];
    }
    let vowels = letters.iter().take_while(|c| "aeiouy".contains(**c)).count();
    match (rime, vowels, letters.len() - vowels) {
        ("oa" | "oe" | "uy", ..) => [1, 0],
        (_, 1, _) | (_, 2, 0) => [0; 2],
        _ => [1; 2],
    }
}

const TONES: [&str; 6] = ["", "\u{300}", "\u{301}", "\u{303}", "\u{309}", "\u{323}"];
const ONSETS: &str = "b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x";
const RIMES: &str = "a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây \
    e ec em en eng eo ep et ê êch êm ên ênh êp êt êu i ia ich im in inh ip it iu iêc iêm iên iêng iêp iêt iêu \
    o oc oi om on ong op ot oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt \
    oe oen oeo oet ooc oong ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt u ua uc ui um un ung up ut \
    uân uâng uât uây uê uêch uênh uôc uôi uôm uôn uông uôt uơ uy uya uych uyn uynh uyt uyu uyên uyêt \
    ư ưa ưc ưi ưm ưn ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu y yêm yên yêng yêt yêu";
