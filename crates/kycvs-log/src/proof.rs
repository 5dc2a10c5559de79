use crate::{Hash, hash_node};

/// Why a proof proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProofError {
    /// The entry lies beyond the tree, or the older tree is the larger.
    #[error("the proof is about what lies beyond the tree")]
    Beyond,
    /// The proof has too few hashes or too many for its tree.
    #[error("the proof has another length than its tree needs")]
    Length,
    /// The hashes lead to another root.
    #[error("the proof leads to another root")]
    Root,
}

/// Verifies that entry number `index`, whose hash is `leaf`, is in the tree of `size` entries with this root (RFC 9162
/// section 2.1.3.2).
///
/// # Errors
/// [`ProofError`].
pub fn verify_inclusion(index: u64, leaf: &Hash, size: u64, root: &Hash, proof: &[Hash]) -> Result<(), ProofError> {
    if index >= size {
        return Err(ProofError::Beyond);
    }
    let (mut index, mut last, mut hash) = (index, size - 1, *leaf);
    for sibling in proof {
        if last == 0 {
            return Err(ProofError::Length);
        }
        if index & 1 == 1 || index == last {
            hash = hash_node(sibling, &hash);
            skip_lone_levels(&mut index, &mut last);
        } else {
            hash = hash_node(&hash, sibling);
        }
        (index, last) = (index >> 1, last >> 1);
    }
    finish(last, hash == *root)
}

/// Verifies that the tree of `new_size` entries begins with the tree of `old_size` (RFC 9162 section 2.1.4.2). Every tree begins
/// with the empty one, which needs no hash.
///
/// # Errors
/// [`ProofError`].
pub fn verify_consistency(
    old_size: u64,
    old_root: &Hash,
    new_size: u64,
    new_root: &Hash,
    proof: &[Hash],
) -> Result<(), ProofError> {
    if old_size > new_size {
        return Err(ProofError::Beyond);
    }
    if old_size == 0 || old_size == new_size {
        let is_same = old_size < new_size || old_root == new_root;
        return if proof.is_empty() { finish(0, is_same) } else { Err(ProofError::Length) };
    }
    // A tree that is whole is its own first hash.
    let (first, rest) = match proof.split_first() {
        _ if old_size.is_power_of_two() => (old_root, proof),
        Some(split) => split,
        None => return Err(ProofError::Length),
    };
    let (mut index, mut last) = (old_size - 1, new_size - 1);
    let whole = index.trailing_ones();
    (index, last) = (index >> whole, last >> whole);
    let (mut old, mut new) = (*first, *first);
    for sibling in rest {
        if last == 0 {
            return Err(ProofError::Length);
        }
        if index & 1 == 1 || index == last {
            (old, new) = (hash_node(sibling, &old), hash_node(sibling, &new));
            skip_lone_levels(&mut index, &mut last);
        } else {
            new = hash_node(&new, sibling);
        }
        (index, last) = (index >> 1, last >> 1);
    }
    finish(last, old == *old_root && new == *new_root)
}

/// Goes up where the node is the last of its level and has no sibling.
fn skip_lone_levels(index: &mut u64, last: &mut u64) {
    let levels = if *index == 0 { 0 } else { index.trailing_zeros() };
    (*index, *last) = (*index >> levels, *last >> levels);
}

fn finish(last: u64, is_root: bool) -> Result<(), ProofError> {
    match (last, is_root) {
        (0, true) => Ok(()),
        (0, false) => Err(ProofError::Root),
        _ => Err(ProofError::Length),
    }
}
