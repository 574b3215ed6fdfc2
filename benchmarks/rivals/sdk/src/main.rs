fn main() {
    harness::client::main::<rival_sdk::Client>();
}
