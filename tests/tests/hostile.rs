//! Every wrong publication, over real sockets.

use vaora_tests::diary::Dice;
use vaora_tests::hostile::{World, cases};

#[test]
fn every_wrong_publication_ends_in_its_error_and_harms_nothing() {
    let world = World::new().expect("an authority and a phone");
    let cases = cases();
    assert!(cases.len() >= 60, "{}", cases.len());
    let wrong: Vec<_> =
        cases.iter().map(|case| world.play(case)).filter(|outcome| !outcome.is_ok()).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn any_sequence_of_steps_leaves_a_phone_that_takes_the_next_list() {
    let world = World::new().expect("an authority and a phone");
    let mut dice = Dice::new(11);
    for round in 0..300 {
        let steps: Vec<u8> = (0..dice.below(40)).map(|_| dice.throw().to_le_bytes()[0]).collect();
        world.drive(&steps).unwrap_or_else(|why| panic!("round {round}, {steps:?}: {why}"));
    }
    // The whole way, with the power gone in between.
    world.drive(&[4, 0, 1, 0, 1, 0, 6, 1, 4, 0, 1, 0, 1, 0, 8, 0]).expect("taken");
    // With a full disk at each write of the end.
    for write in 0..40 {
        world.drive(&[4, 0, 1, 0, 1, 0, 7, write, 8, 0]).unwrap_or_else(|why| {
            panic!("{write}: {why}");
        });
    }
}
