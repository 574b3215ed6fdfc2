harness::allocations!(rival_raw::VALUE);
