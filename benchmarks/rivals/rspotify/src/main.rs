fn main() {
    harness::client::main::<rival_rspotify::Client>();
}
