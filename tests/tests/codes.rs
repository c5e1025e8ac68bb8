//! Properties of venue codes.

use proptest::prelude::*;
use vaora::area::code::AreaCode;
use vaora::code::{Kind, Name, Rule, Scanned, Trust, Venue, VenueKind, Zone, inspect};
use vaora::seal::{ParentId, Seed};
use vaora::text::b28;
use vaora::time::Day;
use vaora::trust::{Anchors, Root};
use vaora_authority::issue;
use vaora_tests::vectors::world;

fn anchors() -> Anchors {
    Anchors::of(Root::embedded(&world::root()).unwrap_or_else(|e| unreachable!("{e}")))
}

prop_compose! {
    fn venue()(
        kind in prop_oneof![Just(VenueKind::Place), Just(VenueKind::Vehicle), Just(VenueKind::Event)],
        first in 20_000_u32..30_000,
        days in 0_u32..4000,
        category in 1_u8..,
        stay in 1_u16..=1440,
        province in 1_u8..=96,
        commune in 0_u32..=99_999,
        name in "[A-Za-z0-9ĂÂĐÊÔƠƯăâđêôơưếộ]{1,20}",
        zone in proptest::option::of("[A-Za-zầữ0-9]{1,4}"),
        parent in proptest::option::of(any::<[u8; 8]>()),
    ) -> Venue {
        Venue {
            kind,
            first: Day::from_number(first),
            last: Day::from_number(first + days),
            category,
            stay,
            area: AreaCode::new(2, province, commune).unwrap_or_else(|e| unreachable!("{e}")),
            name: Name::new(&name).unwrap_or_else(|e| unreachable!("{e}")),
            zone: zone.and_then(|z| Zone::new(&z).ok()),
            parent: parent.map(ParentId),
        }
    }
}

proptest! {
    #[test]
    fn what_is_issued_is_read(venue in venue(), seed: [u8; 12]) {
        let code = issue::issue_with(&venue, &world::key("a stranger"), Seed::from_bytes(seed));
        let code = code.unwrap();
        let at = venue.first.start();
        let scan = inspect(Scanned::Text(&code.bare()), &anchors(), at);
        prop_assert_eq!(scan.kind, Kind::Vaora);
        prop_assert_eq!(scan.trust, Some(Trust::UnknownIssuer));
        prop_assert_eq!(scan.venue.as_ref(), Some(&venue));
        prop_assert_eq!(scan.id, Some(code.id));
        prop_assert!(scan.seed() == Some(&Seed::from_bytes(seed)));
    }

    /// Of a known issuer, no changed byte is ever believed.
    #[test]
    fn no_changed_byte_is_believed(at in 0_usize..200, change in 1_u8..) {
        let code = issue::issue_with(&world::market(), &world::key("issuer"), world::seed(1)).unwrap();
        let mut bytes = code.bytes().to_vec();
        let at = at % bytes.len();
        bytes[at] ^= change;
        let scan = inspect(Scanned::Text(&b28::encode(&bytes)), &anchors(), world::noon("2027-06-15"));
        // Another mark, version or key id is another code; nothing else is anything but damaged.
        let elsewhere = scan.kind == Kind::Newer || scan.trust == Some(Trust::UnknownIssuer);
        prop_assert!(scan.trust == Some(Trust::Damaged) || (elsewhere && at < 6), "{scan:?}");
        prop_assert!(scan.seed().is_none() || at < 6);
    }
}

#[test]
fn a_code_cut_anywhere_is_damaged() {
    let code = issue::issue_with(&world::market(), &world::key("issuer"), world::seed(1)).unwrap();
    let text = code.bare();
    for keep in 100..text.len() {
        let scan = inspect(Scanned::Text(&text[..keep]), &anchors(), world::noon("2027-06-15"));
        assert_eq!(scan.trust, Some(Trust::Damaged), "{keep}");
        assert!(
            matches!(
                scan.rule,
                Some(Rule::CodeCut | Rule::CodeSignature | Rule::B28Length | Rule::B28Range)
            ),
            "{keep}"
        );
    }
}
