//! The reference adapter keeps the contract.

use kycvs_memory::MemoryStore;

kycvs_store_testkit::household_store!(MemoryStore::new());
kycvs_store_testkit::consent_ledger!(MemoryStore::new());
kycvs_store_testkit::board_store!(MemoryStore::new());
kycvs_store_testkit::challenge_store!(MemoryStore::new());
kycvs_store_testkit::limit_store!(MemoryStore::new());
kycvs_store_testkit::answer_store!(MemoryStore::new());
