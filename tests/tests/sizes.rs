//! The size of a code decides from how far it is read.
#![expect(clippy::unwrap_used, reason = "helpers of tests: a case that cannot be read has failed")]

use unicode_normalization::UnicodeNormalization;
use vaora::code::{Name, Venue, VenueKind, Zone};
use vaora::seal::VenueId;
use vaora_authority::{issue, symbol};
use vaora_tests::vectors::world;

/// The first letters of a long name. Where the marks make it longer than a name may be, the
/// last letters lose theirs.
fn name(letters: usize) -> Name {
    let text = "Chợ trung tâm phường Thục Phán thành phố Cao Bằng cũ và chợ đêm";
    let mut letters: Vec<char> = text.chars().take(letters).collect();
    for at in (0..letters.len()).rev() {
        if letters.iter().map(|c| c.len_utf8()).sum::<usize>() > Name::MAX {
            let c = letters[at];
            letters[at] = c.to_string().nfd().next().map_or(c, |c| if c == 'đ' { 'd' } else { c });
        }
    }
    let text: String = letters.into_iter().collect();
    Name::new(text.trim_end()).unwrap()
}

#[test]
fn forty_letters_with_a_zone_fit_version_10_at_level_m() {
    let zone = Zone::new("Cổng 2").unwrap();
    let parent = VenueId([0x5A; 16]).as_parent();
    println!("letters  bytes  bare  address  address with zone and parent");
    for letters in (10..=60).step_by(10) {
        let text = name(letters);
        let plain = Venue { name: text.clone(), kind: VenueKind::Place, ..world::market() };
        let issued = issue::issue(&plain, &world::key("issuer")).unwrap();
        let bare = symbol::symbol(&issued.bare()).unwrap().version().value();
        let address =
            symbol::symbol(&issued.address("vaora.example").unwrap()).unwrap().version().value();
        let zoned = Venue { zone: Some(zone.clone()), parent: Some(parent), ..plain.clone() };
        let zoned = issue::issue(&zoned, &world::key("issuer")).unwrap();
        let full =
            symbol::symbol(&zoned.address("vaora.example").unwrap()).unwrap().version().value();
        println!("{letters:>7}  {:>5}  {bare:>4}  {address:>7}  {full:>8}", text.as_str().len());
        assert!(letters > 40 || (bare <= 10 && address <= 10 && full <= 10), "{letters} letters");
    }
}
