harness::allocations!(rival_rspotify::DECODERS);
