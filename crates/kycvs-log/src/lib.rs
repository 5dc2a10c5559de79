#![doc = include_str!("../README.md")]

mod bundle;
mod checkpoint;
mod hash;
mod note;
mod proof;
mod proof_file;
mod rebuilt;
mod resource;
mod text;
mod tree;
mod verifier_key;
mod witness;

pub use bundle::{BundleError, MAX_ENTRY_BYTES, read_bundle, write_bundle};
pub use checkpoint::Checkpoint;
pub use hash::{EMPTY_ROOT, Hash, hash_leaf, hash_node};
pub use note::{MAX_NOTE_BYTES, MAX_SIGNATURES, Note, NoteSignature};
pub use proof::{ProofError, verify_consistency, verify_inclusion};
pub use proof_file::{MAX_PROOF_HASHES, ProofFile};
pub use rebuilt::Rebuilt;
pub use resource::{MAX_PATH_BYTES, Resource, TILE_WIDTH, TileId};
pub use text::TextError;
pub use tree::{Plan, Tiles, TreeError, grow, right_edge};
pub use verifier_key::{VerifierKey, cosigned};
pub use witness::{MAX_CONSISTENCY_HASHES, WitnessAnswer, WitnessRequest};
