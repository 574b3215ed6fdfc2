harness::allocations!(rival_raw::IGNORED);
