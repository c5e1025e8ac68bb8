//! How refusals are named.
//!
//! A *rule* is what a code or a document broke. It has a stable id for programs and vectors, and
//! plain words for a help desk. Neither ever holds anything of the refused bytes: no name, no
//! address, no number of a person.

/// Declares an enum of rules: variant, id, words.
macro_rules! rules {
    (
        $(#[$meta:meta])*
        pub enum $name:ident { $( $variant:ident = $id:literal, $words:literal; )+ }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $( #[doc = $words] $variant, )+
        }

        impl $name {
            /// Every rule, in the order of this list.
            pub const ALL: &'static [Self] = &[$( Self::$variant, )+];

            /// The stable name, as vectors and programs use it.
            #[must_use]
            pub fn id(self) -> &'static str {
                match self { $( Self::$variant => $id, )+ }
            }
        }

        impl std::fmt::Display for $name {
            /// Plain words for a help desk.
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(match self { $( Self::$variant => $words, )+ })
            }
        }

        impl std::error::Error for $name {}
    };
}
pub(crate) use rules;
