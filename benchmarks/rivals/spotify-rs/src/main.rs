fn main() {
    harness::client::main::<rival_spotify_rs::Client>();
}
