harness::allocations!(rival_raw::FLATTEN);
