//! Records and enums of the core, as the guest languages get them.

use std::time::SystemTime;

use vaora::area::AreaCode;
use vaora::diary::{AlertId, CompanionId, VisitId};
use vaora::seal::{ParentId, VenueId};
use vaora::share::ReceiptId;
use vaora::text::hex;
use vaora::time::{self, Instant};

use crate::clock::system;
use crate::{Day, Result, VaoraError};

/// How a value of the core is told to a guest.
pub(crate) trait Told<Core> {
    fn told(core: Core) -> Self;
}

/// The answer of a verb, told.
pub(crate) fn told<C, T: Told<C>>(
    answer: std::result::Result<C, impl Into<VaoraError>>,
) -> Result<T> {
    answer.map(T::told).map_err(Into::into)
}

/// Declares a record and how the core's becomes it: `field: type = the core's field`. The core's is
/// taken apart completely; what a guest does not get is named behind `without`.
macro_rules! record {
    (
        $(#[$meta:meta])*
        pub struct $name:ident = $core:path {
            $( $(#[$doc:meta])* $field:ident: $type:ty = $from:ident, )+
        } $(without $gone:ident)?
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
        pub struct $name {
            $( $(#[$doc])* pub $field: $type, )+
        }

        impl crate::mirror::Told<$core> for $name {
            fn told(core: $core) -> Self {
                use $core as Core;
                let Core { $( $from, )+ $( $gone: _, )? } = core;
                Self { $( $field: crate::mirror::Told::told($from), )+ }
            }
        }
    };
}
pub(crate) use record;

/// Declares an enum without data and how the core's becomes it; a missing variant fails to compile.
macro_rules! mirror {
    (
        $(#[$meta:meta])*
        pub enum $name:ident = $core:path { $( $(#[$doc:meta])* $variant:ident, )+ }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, uniffi::Enum)]
        pub enum $name {
            $( $(#[$doc])* $variant, )+
        }

        impl crate::mirror::Told<$core> for $name {
            fn told(core: $core) -> Self {
                use $core as Core;
                match core { $( Core::$variant => Self::$variant, )+ }
            }
        }
    };
}
pub(crate) use mirror;

/// `core type => guest's type: how`.
macro_rules! tell {
    ($( $core:ty => $guest:ty: $told:expr; )+) => {
        $( impl Told<$core> for $guest {
            fn told(core: $core) -> Self {
                let told: fn($core) -> $guest = $told;
                told(core)
            }
        } )+
    };
}

tell! {
    () => (): |()| ();
    bool => bool: |flag| flag;
    i16 => i16: |number| number;
    u8 => i32: i32::from;
    u16 => i32: i32::from;
    usize => i32: |number| i32::try_from(number).unwrap_or(i32::MAX);
    u64 => i64: |number| i64::try_from(number).unwrap_or(i64::MAX);
    &str => String: str::to_owned;
    String => String: |text| text;
    [u8; 16] => String: |id| hex::encode(&id);
    VenueId => String: |id| hex::encode(&id.0);
    ParentId => String: |id| hex::encode(&id.0);
    ReceiptId => String: |id| hex::encode(&id.0);
    AreaCode => String: AreaCode::full_path;
    VisitId => i64: |id| id.0;
    AlertId => i64: |id| id.0;
    CompanionId => i64: |id| id.0.into();
    Instant => SystemTime: system;
    time::Day => Day: Day;
}

impl<C, T: Told<C>> Told<Option<C>> for Option<T> {
    fn told(core: Option<C>) -> Self {
        core.map(T::told)
    }
}

impl<C, T: Told<C>> Told<Vec<C>> for Vec<T> {
    fn told(core: Vec<C>) -> Self {
        core.into_iter().map(T::told).collect()
    }
}
