//! Writes the bindings for Kotlin and Python.

fn main() {
    uniffi::uniffi_bindgen_main();
}
