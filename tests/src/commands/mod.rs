//! One file a command; each answers with the exit codes of `./vaora --help`.

pub(crate) mod inspect;
