//! What Vietnamese keyboards do to codes. Readers type like keyboards, and people type with an
//! input method switched on.

use proptest::prelude::*;
use vaora::code::{Kind, Scanned, Trust, inspect, typed};
use vaora::seal::Seed;
use vaora::text::b28;
use vaora::time::Instant;
use vaora::trust::Anchors;
use vaora_tests::typing::{telex, vietnamese_layout, vni};

#[test]
fn the_simulation_types_vietnamese() {
    // A simulation that changed nothing would prove nothing.
    assert_eq!(telex("chowj xanh"), "chợ xanh");
    assert_eq!(telex("DDaf Nawngx"), "Đà Nẵng");
    assert_eq!(telex("uwowngf"), "ường");
    assert_eq!(vni("cho7"), "chơ");
    assert_eq!(vni("d9a2"), "đà");
    assert_eq!(vni("a6y1"), "ấy");
}

/// How many of 4,000 random texts of an alphabet an input method changes.
fn changed(alphabet: &str, method: fn(&str) -> String) -> usize {
    let letters: Vec<char> = alphabet.chars().collect();
    let text = |n: u32| -> String {
        let hash = vaora::seal::sha256(&n.to_le_bytes());
        hash[..22].iter().map(|&b| letters[usize::from(b) % letters.len()]).collect()
    };
    (0..4000).map(text).filter(|t| method(t) != *t).count()
}

#[test]
fn telex_and_vni_change_nothing_of_ours_and_most_of_other_alphabets() {
    let ours = std::str::from_utf8(b28::ALPHABET).unwrap();
    let lower = ours.to_lowercase();
    for method in [telex, vni] {
        assert_eq!(changed(ours, method), 0);
        assert_eq!(changed(&lower, method), 0);
    }
    let others = [
        ("hexadecimal", "0123456789ABCDEF"),
        ("Crockford's base 32", "0123456789ABCDEFGHJKMNPQRSTVWXYZ"),
        ("RFC 4648's base 32", "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"),
    ];
    for (name, alphabet) in others {
        let share = changed(alphabet, telex).max(changed(alphabet, vni)) * 100 / 4000;
        println!("{name}: {share} % of texts are changed");
        assert!(share > 30, "{name}");
    }
}

proptest! {
    #[test]
    fn a_typed_code_survives_every_keyboard(bytes: [u8; 12]) {
        let code = typed::grouped(&typed::encode(&Seed::from_bytes(bytes)));
        prop_assume!(code.chars().any(char::is_alphabetic));
        let spellings = [
            code.clone(),
            code.to_lowercase(),
            telex(&code),
            vni(&code.to_lowercase()),
            vietnamese_layout(&code),
            vietnamese_layout(&code.to_lowercase()),
        ];
        for typed in spellings {
            let scan = inspect(Scanned::Text(&typed), &Anchors::none(), Instant::from_unix(0));
            prop_assert_eq!(scan.kind, Kind::Typed);
            prop_assert_eq!(scan.trust, Some(Trust::Typed));
            prop_assert!(scan.seed() == Some(&Seed::from_bytes(bytes)));
        }
    }
}
