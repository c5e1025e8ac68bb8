//! Writes the bindings for Swift, with header and module map.

fn main() {
    uniffi::uniffi_bindgen_swift();
}
