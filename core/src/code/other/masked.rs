//! What may be shown of a personal code to a caller that asks.

use zeroize::Zeroizing;

use super::super::Kind;
use super::{Fields, citizen_id, classify};

/// The masked view of a personal code, as decision 1405 has it: the last symbols of the id, and
/// the year of birth. The name is left out: what is not handed over cannot be kept.
///
/// It is wiped when it is dropped, and has no `Debug`, so that it ends in no log.
pub struct Masked {
    /// Which kind of code.
    pub kind: Kind,
    id: Zeroizing<String>,
    birth: Zeroizing<String>,
}

impl Masked {
    /// The id with its first six symbols hidden, and of longer ids all but the last six.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The year of birth, month and day hidden: `1990-**-**`.
    #[must_use]
    pub fn birth(&self) -> &str {
        &self.birth
    }
}

/// The masked view of a personal code; `None` for any other text, for a damaged code, and for
/// health certificates, which are never read.
#[must_use]
pub fn masked(text: &str) -> Option<Masked> {
    let (kind, Ok(())) = classify(text)? else { return None };
    let fields = Fields::split(text.trim_ascii())?;
    let (id, year) = match kind {
        Kind::Personal => (fields.get(0), fields.get(2).get(..4)?),
        Kind::CitizenId => {
            let card = citizen_id::Card::of(&fields);
            (card.number, card.birth.get(4..)?)
        }
        Kind::HealthInsurance => {
            let birth = fields.get(2);
            (fields.get(0), birth.get(birth.len().checked_sub(4)?..)?)
        }
        _ => return None,
    };
    let hidden = id.len().saturating_sub(6).max(6);
    let mut view = Zeroizing::new(String::with_capacity(id.len()));
    view.extend(std::iter::repeat_n('*', hidden));
    view.push_str(id.get(hidden..).unwrap_or_default());
    let birth = Zeroizing::new([year, "-**-**"].concat());
    Some(Masked { kind, id: view, birth })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_last_symbols_are_seen() {
        for (text, id, birth) in [
            (
                "004190012345|NGUYEN THI HOA|1990-01-15|0|163000000000000001|<2<GD4040000000001<0900000000",
                "******012345",
                "1990-**-**",
            ),
            (
                "******012345|NGUYEN THI HOA|1990-**-**|0|163000000000000001|<2<<",
                "******012345",
                "1990-**-**",
            ),
            ("B1234567|NGUYEN THI HOA|1990-01-15|0|1|<2", "******67", "1990-**-**"),
            (
                "004190012345||Nguyễn Thị Hoà|15011990|Nữ|Tổ 3, Tỉnh Cao Bằng|20052021",
                "******012345",
                "1990-**-**",
            ),
            (
                "GD4040000000001|4E677579E1BB856E|15/01/1990|2|5068|04 - 001|01/01/2021|31/12/2021",
                "*********000001",
                "1990-**-**",
            ),
            (
                "GD4040000000001|4E677579E1BB856E|1990|2|5068|04 - 001|01/01/2021|31/12/2021",
                "*********000001",
                "1990-**-**",
            ),
        ] {
            let view = masked(text).unwrap();
            assert_eq!((view.id(), view.birth()), (id, birth));
        }
    }

    #[test]
    fn nothing_else_has_a_masked_view() {
        for text in ["", "HC1:NCF", "000201", "004190012345|x", "https://example.org/"] {
            assert!(masked(text).is_none(), "{text}");
        }
    }
}
