//! What a log promises, over trees of any size and files of any content.

use kycvs_log::{
    Checkpoint, Hash, MAX_NOTE_BYTES, Note, Plan, ProofError, ProofFile, Rebuilt, TextError, TileId, Tiles, TreeError,
    VerifierKey, WitnessAnswer, WitnessRequest, cosigned, grow, hash_leaf, hash_node, right_edge, verify_consistency,
    verify_inclusion,
};
use proptest::prelude::*;
use ring::signature::{Ed25519KeyPair, KeyPair as _};

/// The root as RFC 6962 section 2.1 defines it, without tiles.
fn defined_root(leaves: &[Hash]) -> Hash {
    match leaves {
        [one] => *one,
        more => {
            let (left, right) = more.split_at(more.len().next_power_of_two() / 2);
            hash_node(&defined_root(left), &defined_root(right))
        }
    }
}

fn leaves(count: u64) -> Vec<Hash> {
    (0..count).map(|number| hash_leaf(&number.to_be_bytes())).collect()
}

fn signed(size: u64, root: Hash) -> (VerifierKey, Note) {
    let pair = Ed25519KeyPair::from_seed_unchecked(&[9; 32]).unwrap();
    let key = VerifierKey::log("kycvs.example/log", pair.public_key().as_ref().try_into().unwrap()).unwrap();
    let text = Checkpoint { origin: key.name().into(), size, root }.to_string();
    let signature = key.signature(pair.sign(text.as_bytes()).as_ref().try_into().unwrap());
    (key, Note::new(text, vec![signature]).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    /// However a tree grew, from nothing but its right edge, its tiles and its root are those of its entries.
    #[test]
    fn a_tree_that_grew_in_steps_is_the_tree_of_its_entries(steps in prop::collection::vec(0..900_u64, 1..6)) {
        let all = leaves(steps.iter().sum());
        let (mut size, mut tiles) = (0, Tiles::default());
        for step in steps {
            let mut edge = Tiles::default();
            let wanted = right_edge(size);
            for (id, bytes) in tiles.bytes().filter(|(id, _)| wanted.contains(id)) {
                edge.insert(id, &bytes).unwrap();
            }
            let range = usize::try_from(size).unwrap()..usize::try_from(size + step).unwrap();
            tiles.extend(grow(size, &edge, &all[range]).unwrap());
            size += step;
        }
        if size > 0 {
            prop_assert_eq!(Plan::root(size).hashes(&tiles).unwrap(), [defined_root(&all)]);
        }
    }

    /// A stranger makes every tile and the root from the entries, also where the log forgot the first of them.
    #[test]
    fn a_tree_is_rebuilt_from_its_entries_and_from_what_is_left_of_them(bundles in 1..5_u64, rest in 0..256_u64, gone in 0..4_u64) {
        let (size, gone) = (bundles * 256 + rest, gone.min(bundles) * 256);
        let all = leaves(size);
        let whole = grow(0, &Tiles::default(), &all).unwrap();
        let mut edge = Tiles::default();
        let before = grow(0, &Tiles::default(), &all[..usize::try_from(gone).unwrap()]).unwrap();
        for (id, bytes) in before.bytes().filter(|(id, _)| right_edge(gone).contains(id)) {
            edge.insert(id, &bytes).unwrap();
        }
        let mut rebuilt = Rebuilt::after(gone, edge);
        let mut made = Tiles::default();
        let entries: Vec<[u8; 8]> = (gone..size).map(u64::to_be_bytes).collect();
        for bundle in entries.chunks(256) {
            made.extend(rebuilt.take(bundle).unwrap());
        }
        prop_assert_eq!((rebuilt.size(), rebuilt.root().unwrap()), (size, defined_root(&all)));
        let (made, whole): (Vec<_>, Vec<_>) = (made.bytes().collect(), whole.bytes().collect());
        let is_final = |id: TileId| TileId::in_tree(id.level, id.index, size) == Some(id);
        prop_assert!(made.iter().filter(|(id, _)| is_final(*id)).all(|tile| whole.contains(tile)));
        let mut left = whole.iter().filter(|(id, _)| id.level == 0 && id.index * 256 >= gone);
        prop_assert!(left.all(|tile| made.contains(tile)), "a tile over entries that are left");
let mut blind = Rebuilt::after(gone, Tiles::default());
        let has_failed = entries.chunks(256).any(|bundle| blind.take(bundle).is_err());
        prop_assert!(gone == 0 || has_failed || blind.root() != rebuilt.root(), "without what is above those that are gone");
    }

    /// Every proof proves what it is about, and with one bit changed, a hash more or a hash less, nothing.
    #[test]
    fn a_proof_that_is_changed_proves_nothing(size in 1..1_200_u64, seed: u64, bit in 0..256_usize) {
        let all = leaves(size);
        let tiles = grow(0, &Tiles::default(), &all).unwrap();
        let root = defined_root(&all);
        let index = seed % size;
        let leaf = all[usize::try_from(index).unwrap()];
        let proof = Plan::inclusion(index, size).unwrap().hashes(&tiles).unwrap();
        prop_assert_eq!(verify_inclusion(index, &leaf, size, &root, &proof), Ok(()));
        let old = seed / 3 % size;
        let old_root = Plan::root(old).hashes(&grow(0, &Tiles::default(), &all[..usize::try_from(old).unwrap()]).unwrap()).unwrap()[0];
        let consistency = Plan::consistency(old, size).unwrap().hashes(&tiles).unwrap();
        prop_assert_eq!(verify_consistency(old, &old_root, size, &root, &consistency), Ok(()));

        let more = |proof: &[Hash]| [proof, &[leaf]].concat();
        prop_assert!(verify_inclusion(index, &leaf, size, &root, &more(&proof)).is_err());
        prop_assert!(verify_consistency(old, &old_root, size, &root, &more(&consistency)).is_err());
        for at in 0..proof.len() {
            let mut spoilt = proof.clone();
            spoilt[at].0[bit / 8] ^= 1 << (bit % 8);
            prop_assert_eq!(verify_inclusion(index, &leaf, size, &root, &spoilt), Err(ProofError::Root));
            spoilt.remove(at);
            prop_assert!(verify_inclusion(index, &leaf, size, &root, &spoilt).is_err());
        }
        for at in 0..consistency.len() {
            let mut spoilt = consistency.clone();
            spoilt[at].0[bit / 8] ^= 1 << (bit % 8);
            prop_assert_eq!(verify_consistency(old, &old_root, size, &root, &spoilt), Err(ProofError::Root));
            spoilt.remove(at);
            prop_assert!(verify_consistency(old, &old_root, size, &root, &spoilt).is_err());
        }
    }

    #[test]
    fn files_are_read_as_they_were_written(
        index: u64, old_size: u64, extra: Option<Vec<u8>>, seeds in prop::collection::vec(any::<[u8; 32]>(), 0..=63), noise in ".{0,80}",
    ) {
        let hashes: Vec<Hash> = seeds.into_iter().map(Hash).collect();
        let (_, checkpoint) = signed(5, Hash([7; 32]));
        let proof = ProofFile { extra, index, hashes: hashes.clone(), checkpoint: checkpoint.clone() };
        prop_assert_eq!(ProofFile::parse(&proof.to_string()), Ok(proof.clone()));
        let request = WitnessRequest { old_size, hashes, checkpoint };
        prop_assert_eq!(WitnessRequest::parse(&request.to_string()), Ok(request.clone()));
        // Cut anywhere, neither is whole: a note ends with a signature and a line feed.
        let (proof, request) = (proof.to_string(), request.to_string());
        for cut in (0..proof.len()).step_by(7).filter(|cut| proof.is_char_boundary(*cut)) {
            prop_assert!(ProofFile::parse(&proof[..cut]).is_err());
        }
        for cut in (0..request.len()).step_by(7).filter(|cut| request.is_char_boundary(*cut)) {
            prop_assert!(WitnessRequest::parse(&request[..cut]).is_err());
        }
        prop_assert!(ProofFile::parse(&noise).is_err() && WitnessRequest::parse(&noise).is_err() && Note::parse(&noise).is_err());
    }
}

#[test]
fn a_proof_as_a_file_needs_the_key_of_its_log_and_nothing_else() {
    let all = leaves(700);
    let tiles = grow(0, &Tiles::default(), &all).unwrap();
    let (key, checkpoint) = signed(700, defined_root(&all));
    let hashes = Plan::inclusion(123, 700).unwrap().hashes(&tiles).unwrap();
    let file = ProofFile { extra: None, index: 123, hashes, checkpoint };
    assert_eq!(file.verify(&all[123], &key).map(|checkpoint| checkpoint.size), Ok(700));
    assert_eq!(file.verify(&all[124], &key), Err(ProofError::Root));
    let other = VerifierKey::log("kycvs.example/log", [3; 32]).unwrap();
    assert_eq!(file.verify(&all[123], &other), Err(ProofError::Root), "a key of the same name");
    let other_name =
        Note::new(file.checkpoint.text().replace("kycvs", "other"), file.checkpoint.signatures().to_vec()).unwrap();
    assert_eq!(ProofFile { checkpoint: other_name, ..file }.verify(&all[123], &key), Err(ProofError::Root));
}

#[test]
fn a_proof_about_what_is_not_there_is_refused() {
    assert_eq!(Plan::inclusion(5, 5), Err(ProofError::Beyond));
    assert_eq!(Plan::consistency(6, 5), Err(ProofError::Beyond));
    let (a, b) = (hash_leaf(b"a"), hash_leaf(b"b"));
    assert_eq!(verify_inclusion(1, &a, 1, &a, &[]), Err(ProofError::Beyond));
    assert_eq!(verify_consistency(2, &a, 1, &a, &[]), Err(ProofError::Beyond));
    assert_eq!(verify_consistency(1, &a, 1, &b, &[]), Err(ProofError::Root));
    assert_eq!(verify_consistency(1, &a, 1, &a, &[b]), Err(ProofError::Length));
    assert_eq!(verify_consistency(0, &a, 1, &a, &[b]), Err(ProofError::Length));
}

#[test]
fn a_tile_that_is_missing_or_of_another_length_is_named() {
    let [edge] = right_edge(5)[..] else { panic!("one level") };
    assert_eq!(grow(5, &Tiles::default(), &leaves(1)).unwrap_err(), TreeError::Missing(edge));
    assert_eq!(Plan::root(5).hashes(&Tiles::default()), Err(TreeError::Missing(edge)));
    assert_eq!(Tiles::default().insert(edge, &[0; 161]), Err(TreeError::Length(edge)));
    assert_eq!(Tiles::default().insert(edge, &[0; 192]), Err(TreeError::Length(edge)));
    assert_eq!(grow(1 << 56, &Tiles::default(), &leaves(1)).unwrap_err(), TreeError::TooLarge);
}

#[test]
fn a_witness_signs_with_its_time() {
    let pair = Ed25519KeyPair::from_seed_unchecked(&[4; 32]).unwrap();
    let key = VerifierKey::witness("witness.example/w1", pair.public_key().as_ref().try_into().unwrap()).unwrap();
    assert_eq!(VerifierKey::parse(&key.to_string()), Ok(key.clone()));
    let (_, note) = signed(3, Hash([1; 32]));
    let signature = pair.sign(cosigned(note.text(), 1_795_800_000).as_bytes()).as_ref().try_into().unwrap();
    let answer = format!("{}\n", key.cosignature(1_795_800_000, signature));
    let WitnessAnswer::Signed(lines) = WitnessAnswer::read(200, &answer) else { panic!("{answer}") };
    assert!(key.verifies(&note.clone().with(lines).unwrap()));
    let late = key.cosignature(1_795_800_001, signature);
    assert!(!key.verifies(&note.with([late]).unwrap()), "another time was not signed");
}

#[test]
fn answers_of_a_witness_are_read_by_their_status() {
    assert_eq!(WitnessAnswer::read(409, "512\n"), WitnessAnswer::Has(512));
    assert_eq!(WitnessAnswer::read(422, "whatever"), WitnessAnswer::Inconsistent);
    for (status, body) in
        [(409, "512"), (409, "-1\n"), (409, "many\n"), (404, "x"), (200, ""), (200, "signed\n"), (500, "")]
    {
        assert_eq!(WitnessAnswer::read(status, body), WitnessAnswer::Refused, "{status} {body}");
    }
}

#[test]
fn a_note_has_its_bounds() {
    let (_, note) = signed(3, Hash([1; 32]));
    let one = note.signatures()[0].clone();
    assert_eq!(note.clone().with(vec![one.clone(); 99]).map(|note| note.signatures().len()), Ok(100));
    assert_eq!(note.with(vec![one.clone(); 100]), Err(TextError::Note));
    let long = "x".repeat(MAX_NOTE_BYTES) + "\n";
    assert_eq!(Note::new(long, vec![one.clone()]), Err(TextError::Note));
    for text in ["", "no line feed", "a\tb\n"] {
        assert_eq!(Note::new(text, vec![one.clone()]), Err(TextError::Note), "{text}");
    }
    for name in ["", "with space", "a+b", "a\nb"] {
        assert_eq!(VerifierKey::log(name, [0; 32]), Err(TextError::VerifierKey), "{name}");
    }
}
