harness::allocations!(rival_sdk::DECODERS);
