fn main() {
    harness::client::main::<rival_raw::Client>();
}
