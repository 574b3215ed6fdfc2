fn main() {
    harness::decode::main(rival_raw::FLATTEN);
}
