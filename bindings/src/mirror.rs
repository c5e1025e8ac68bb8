//! Enums without data, the same as the core's.

/// Declares an enum and how the core's becomes it; a variant that is missing fails to compile.
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

        impl From<$core> for $name {
            fn from(core: $core) -> Self {
                use $core as Core;
                match core { $( Core::$variant => Self::$variant, )+ }
            }
        }
    };
}
pub(crate) use mirror;
