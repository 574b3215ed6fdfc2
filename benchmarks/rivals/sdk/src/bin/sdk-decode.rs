fn main() {
    harness::decode::main(rival_sdk::DECODERS);
}
