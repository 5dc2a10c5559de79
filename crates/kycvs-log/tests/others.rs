//! Both ways against implementations that are not ours: what they read of ours, and what we read of theirs.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use kycvs_log::{
    Checkpoint, Hash, Note, Plan, Resource, TileId, Tiles, VerifierKey, cosigned, grow, hash_leaf, verify_consistency,
    verify_inclusion,
};
use proptest::prelude::*;
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use signed_note::Signer as _;
use tlog_tiles::{HashReader as _, TileReader};

/// Our tree, as `tlog_tiles` asks for it: by path.
struct Served(BTreeMap<String, Vec<u8>>);

impl TileReader for Served {
    fn height(&self) -> u8 {
        8
    }

    fn read_tiles(&self, tiles: &[tlog_tiles::Tile]) -> Result<Vec<Vec<u8>>, tlog_tiles::Error> {
        let path = |tile: &tlog_tiles::Tile| tile.path().replacen("tile/8/", "tile/", 1);
        tiles.iter().map(|tile| self.0.get(&path(tile)).cloned().ok_or(tlog_tiles::Error::InvalidProof)).collect()
    }

    fn save_tiles(&self, _: &[tlog_tiles::Tile], _: &[Vec<u8>]) {}
}

fn leaves(count: u64) -> Vec<Hash> {
    (0..count).map(|number| hash_leaf(&number.to_be_bytes())).collect()
}

fn tree(size: u64) -> (Tiles, Hash) {
    let tiles = grow(0, &Tiles::default(), &leaves(size)).unwrap();
    let root = Plan::root(size).hashes(&tiles).unwrap()[0];
    (tiles, root)
}

fn theirs(hash: &Hash) -> tlog_tiles::Hash {
    tlog_tiles::Hash(hash.0)
}

fn pair(seed: u8) -> (Ed25519KeyPair, [u8; 32]) {
    let pair = Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap();
    let public = pair.public_key().as_ref().try_into().unwrap();
    (pair, public)
}

fn sign(pair: &Ed25519KeyPair, text: &str) -> [u8; 64] {
    pair.sign(text.as_bytes()).as_ref().try_into().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    /// Their verifier walks through our tiles and checks each against the root; our proofs are theirs, word for word.
    #[test]
    fn tlog_tiles_reads_our_tree_and_makes_the_same_proofs(size in 1..3_000_u64, seed: u64) {
        let (tiles, root) = tree(size);
        let paths = tiles.bytes().map(|(tile, bytes)| (Resource::Tile(tile).to_string(), bytes));
        let served = Served(paths.collect());
        let reader = tlog_tiles::TileHashReader::new(size, theirs(&root), &served);
        prop_assert_eq!(tlog_tiles::tree_hash(size, &reader).unwrap(), theirs(&root));

        let (index, old) = (seed % size, 1 + seed / 7 % size);
        let proof = tlog_tiles::prove_record(size, index, &reader).unwrap();
        let ours = Plan::inclusion(index, size).unwrap().hashes(&tiles).unwrap();
        prop_assert_eq!(&proof, &ours.iter().map(theirs).collect::<Vec<_>>());
        let leaf = leaves(size)[usize::try_from(index).unwrap()];
        prop_assert!(tlog_tiles::check_record(&proof, size, theirs(&root), index, theirs(&leaf)).is_ok());
        prop_assert_eq!(verify_inclusion(index, &leaf, size, &root, &ours), Ok(()));

        let proof = tlog_tiles::prove_tree(size, old, &reader).unwrap();
        let ours = Plan::consistency(old, size).unwrap().hashes(&tiles).unwrap();
        prop_assert_eq!(&proof, &ours.iter().map(theirs).collect::<Vec<_>>());
        let old_root = tree(old).1;
        prop_assert!(tlog_tiles::check_tree(&proof, size, theirs(&root), old, theirs(&old_root)).is_ok());
        prop_assert_eq!(verify_consistency(old, &old_root, size, &root, &ours), Ok(()));
        prop_assert!(reader.read_hashes(&[tlog_tiles::stored_hash_index(0, index)]).unwrap()[0] == theirs(&leaf));
    }

    #[test]
    fn tlog_tiles_writes_the_same_paths(level in 0..8_u8, index in 0..10_000_000_u64, width in 1..=256_u16) {
        let theirs = tlog_tiles::Tile::new(8, level, index, width.into(), false);
        prop_assert_eq!(Resource::Tile(TileId { level, index, width }).to_string(), theirs.path().replacen("tile/8/", "tile/", 1));
    }
}

#[test]
fn signed_note_verifies_our_checkpoint_and_we_theirs() {
    let ((pair, public), (_, root)) = (pair(1), tree(300));
    let key = VerifierKey::log("kycvs.example/log", public).unwrap();
    let checkpoint = Checkpoint { origin: "kycvs.example/log".into(), size: 300, root };
    let text = checkpoint.to_string();
    let ours = Note::new(text.clone(), vec![key.signature(sign(&pair, &text))]).unwrap();

    let verifier = signed_note::StandardVerifier::new(&key.to_string()).unwrap();
    let known = signed_note::VerifierList::new(vec![Box::new(verifier)]);
    let read = signed_note::Note::from_bytes(ours.to_string().as_bytes()).unwrap();
    assert_eq!(read.verify(&known).unwrap().0.len(), 1);
    let read = tlog_tiles::Checkpoint::from_bytes(read.text()).unwrap();
    assert_eq!((read.origin(), read.size(), *read.hash()), ("kycvs.example/log", 300, theirs(&root)));

    // The private key that Go's package of notes publishes for its examples.
    let signer = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
    let signer = signed_note::StandardSigner::new(signer).unwrap();
    let mut note = signed_note::Note::new(text.as_bytes(), &[]).unwrap();
    note.add_sigs(&[&signer]).unwrap();
    let note = Note::parse(&String::from_utf8(note.to_bytes()).unwrap()).unwrap();
    let key = VerifierKey::parse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW").unwrap();
    assert_eq!((signer.name(), key.verifies(&note), note.text()), ("PeterNeumann", true, &text[..]));
}

/// A Sigsum proof out of our tree, our checkpoint and our witness: its verifier is for offline use, and takes nothing on trust.
#[test]
fn sigsum_verifies_our_tree_our_checkpoint_and_our_witness() {
    let [(log, log_key), (witness, witness_key), (signer, signer_key)] = [pair(1), pair(2), pair(3)];
    let hex = |bytes: &[u8]| {
        bytes.iter().fold(String::new(), |mut text, byte| {
            write!(text, "{byte:02x}").unwrap();
            text
        })
    };
    let digest =
        |bytes: &[u8]| -> [u8; 32] { ring::digest::digest(&ring::digest::SHA256, bytes).as_ref().try_into().unwrap() };

    let message = digest(b"what was said");
    let checksum = digest(&message);
    let signature: [u8; 64] =
        signer.sign(&[&b"sigsum.org/v1/tree-leaf\0"[..], &checksum].concat()).as_ref().try_into().unwrap();
    let (index, mut leaves) = (77, leaves(300));
    leaves[index] = hash_leaf(&[&checksum[..], &signature, &digest(&signer_key)].concat());
    let tiles = grow(0, &Tiles::default(), &leaves).unwrap();
    let root = Plan::root(300).hashes(&tiles).unwrap()[0];
    let origin = format!("sigsum.org/v1/tree/{}", hex(&digest(&log_key)));
    let text = Checkpoint { origin, size: 300, root }.to_string();

    let mut ascii = format!(
        "version=2\nlog={}\nleaf={} {}\n\nsize=300\nroot_hash={}\nsignature={}\ncosignature={} 1795800000 {}\n\nleaf_index={index}\n",
        hex(&digest(&log_key)),
        hex(&digest(&signer_key)),
        hex(&signature),
        hex(&root.0),
        hex(&sign(&log, &text)),
        hex(&digest(&witness_key)),
        hex(&sign(&witness, &cosigned(&text, 1_795_800_000))),
    );
    for hash in Plan::inclusion(77, 300).unwrap().hashes(&tiles).unwrap() {
        writeln!(ascii, "node_hash={}", hex(&hash.0)).unwrap();
    }
    let mut policy = sigsum::PolicyBuilder::new();
    policy.add_log(log_key.into(), None).unwrap();
    policy.add_witness("w".into(), witness_key.into(), None).unwrap();
    policy.set_quorum("w".into()).unwrap();
    let policy = policy.build();
    let verify = |ascii: &str| {
        let proof = sigsum::SigsumSignature::from_ascii(ascii).unwrap();
        sigsum::verify(&message.into(), &proof, &[signer_key.into()], &policy)
    };
    verify(&ascii).unwrap();
    assert!(verify(&ascii.replace(" 1795800000 ", " 1795800001 ")).is_err(), "the time of a witness is signed");
    assert!(verify(&ascii.replace("leaf_index=77", "leaf_index=78")).is_err());
}
