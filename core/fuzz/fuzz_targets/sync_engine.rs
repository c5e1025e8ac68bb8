//! Any sequence of pieces, failures and power cuts: a phone never takes what is not whole, and
//! takes the honest publication afterwards.
#![no_main]

use std::cell::OnceCell;

use libfuzzer_sys::fuzz_target;
use vaora_tests::hostile::World;

thread_local! {
    static WORLD: OnceCell<World> = const { OnceCell::new() };
}

fuzz_target!(|bytes: &[u8]| {
    // Behind 64 steps nothing new happens.
    let steps = &bytes[..bytes.len().min(128)];
    WORLD.with(|world| {
        let world = world.get_or_init(|| World::new().expect("an authority and a phone"));
        if let Err(why) = world.drive(steps) {
            panic!("{why}");
        }
    });
});
