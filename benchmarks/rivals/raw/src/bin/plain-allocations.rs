harness::allocations!(rival_raw::PLAIN);
