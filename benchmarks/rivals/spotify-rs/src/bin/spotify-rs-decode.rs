fn main() {
    harness::decode::main(rival_spotify_rs::DECODERS);
}
