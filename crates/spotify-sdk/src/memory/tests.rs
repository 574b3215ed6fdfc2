use super::*;

type Charged = Result<(), serde_json::Error>;

#[derive(Debug, PartialEq, Eq)]
struct Exceeded;

fn within<T>(bytes: u64, decode: impl FnOnce() -> T) -> Result<T, Exceeded> {
    let limit = MemoryLimit::set(bytes);
    let value = decode();
    if limit.is_exceeded() { Err(Exceeded) } else { Ok(value) }
}

#[test]
fn what_is_charged_adds_up_and_an_error_that_is_caught_is_not_forgotten() {
    assert!(matches!(within(10, || charge(4).and_then(|()| charge(6))), Ok(Charged::Ok(()))));
    assert_eq!(within(10, || (charge(11) as Charged).is_err()), Err(Exceeded));
    let after = within(10, || {
        let _: Charged = charge(11);
        assert!((charge(1) as Charged).is_err());
    });
    assert_eq!(after, Err(Exceeded));
}

#[test]
fn a_budget_ends_with_the_decoding_and_with_a_panic() {
    let panicked = std::panic::catch_unwind(|| within(10, || panic!("of a type of the caller's")));
    assert!(panicked.is_err());
    assert!((charge(usize::MAX / 2) as Charged).is_ok());
    assert_eq!(within(10, || within(5, || (charge(6) as Charged).is_err())), Ok(Err(Exceeded)));
}
