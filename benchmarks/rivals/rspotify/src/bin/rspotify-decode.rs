fn main() {
    harness::decode::main(rival_rspotify::DECODERS);
}
