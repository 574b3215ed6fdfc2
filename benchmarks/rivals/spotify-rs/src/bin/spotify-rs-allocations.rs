harness::allocations!(rival_spotify_rs::DECODERS);
