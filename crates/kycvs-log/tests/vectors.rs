//! Published vectors: `vectors/SOURCES.md` says from where.

use kycvs_log::{
    Checkpoint, EMPTY_ROOT, Hash, Note, Plan, Resource, TextError, TileId, Tiles, VerifierKey, grow, hash_leaf,
    read_bundle, verify_consistency, verify_inclusion, write_bundle,
};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Inclusion {
    leaf_idx: u64,
    tree_size: u64,
    root: Option<String>,
    leaf_hash: Option<String>,
    proof: Option<Vec<String>>,
    desc: String,
    want_err: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Consistency {
    size1: u64,
    size2: u64,
    root1: Option<String>,
    root2: Option<String>,
    proof: Option<Vec<String>>,
    desc: String,
    want_err: bool,
}

#[derive(Deserialize)]
struct Notes {
    notes: Vec<Case>,
    bad_vkeys: Vec<String>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    vkeys: Vec<String>,
    note: String,
    valid: bool,
}

#[derive(Deserialize)]
struct Trees {
    checkpoint_text: Text,
    bad_checkpoints: Vec<String>,
    tile_index_paths: Vec<(u64, String)>,
}

#[derive(Deserialize)]
struct Text {
    origin: String,
    size: u64,
    root_of_record: String,
    text: String,
}

fn hash(text: Option<&String>) -> Result<Hash, TextError> {
    Hash::from_base64(text.map_or("", String::as_str))
}

fn hashes(texts: Option<&Vec<String>>) -> Result<Vec<Hash>, TextError> {
    texts.into_iter().flatten().map(|text| Hash::from_base64(text)).collect()
}

#[test]
fn proofs_of_inclusion_of_others_are_judged_as_they_judge_them() {
    let cases: Vec<Inclusion> = serde_json::from_str(include_str!("vectors/rfc6962-inclusion.json")).unwrap();
    assert_eq!(cases.len(), 98);
    for case in cases {
        let read = (hash(case.leaf_hash.as_ref()), hash(case.root.as_ref()), hashes(case.proof.as_ref()));
        let is_good = match read {
            (Ok(leaf), Ok(root), Ok(proof)) => {
                verify_inclusion(case.leaf_idx, &leaf, case.tree_size, &root, &proof).is_ok()
            }
            _ => false,
        };
        assert_eq!(is_good, !case.want_err, "{} of {}: {}", case.leaf_idx, case.tree_size, case.desc);
    }
}

#[test]
fn proofs_of_consistency_of_others_are_judged_as_they_judge_them() {
    let cases: Vec<Consistency> = serde_json::from_str(include_str!("vectors/rfc6962-consistency.json")).unwrap();
    assert_eq!(cases.len(), 98);
    let mut unread = Vec::new();
    for case in cases {
        let read = (hash(case.root1.as_ref()), hash(case.root2.as_ref()), hashes(case.proof.as_ref()));
        let (Ok(old), Ok(new), Ok(proof)) = read else {
            unread.extend((!case.want_err).then_some(case.desc));
            continue;
        };
        let is_good = verify_consistency(case.size1, &old, case.size2, &new, &proof).is_ok();
        assert_eq!(is_good, !case.want_err, "{} to {}: {}", case.size1, case.size2, case.desc);
    }
    // Its roots are 12 bytes: others compare them, and we do not read them.
    assert_eq!(unread, ["sizes are equal (one) and proof is empty"]);
}

#[test]
fn notes_of_others_are_judged_as_they_judge_them() {
    let cases: Notes = serde_json::from_str(include_str!("vectors/signed-note.json")).unwrap();
    for Case { name, vkeys, note, valid } in cases.notes {
        let keys: Vec<_> = vkeys.iter().map(|key| VerifierKey::parse(key).unwrap()).collect();
        let read = Note::parse(&note);
        let is_good = read.as_ref().is_ok_and(|read| !keys.is_empty() && keys.iter().all(|key| key.verifies(read)));
        assert_eq!(is_good, valid, "{name}");
        if let Ok(read) = read {
            assert_eq!(read.to_string(), note, "{name}");
        }
        for (key, text) in keys.iter().zip(vkeys) {
            assert_eq!(key.to_string(), text);
        }
    }
    for key in cases.bad_vkeys {
        assert_eq!(VerifierKey::parse(&key), Err(TextError::VerifierKey), "{key}");
    }
}

#[test]
fn checkpoints_and_paths_are_written_as_others_write_them() {
    let trees: Trees = serde_json::from_str(include_str!("vectors/checkpoint-and-tiles.json")).unwrap();
    let Text { origin, size, root_of_record, text } = trees.checkpoint_text;
    let checkpoint = Checkpoint { origin, size, root: hash_leaf(root_of_record.as_bytes()) };
    assert_eq!((checkpoint.to_string(), Checkpoint::parse(&text)), (text, Ok(checkpoint)));
    for text in trees.bad_checkpoints {
        assert_eq!(Checkpoint::parse(&text), Err(TextError::Checkpoint), "{text}");
    }
    for (index, path) in trees.tile_index_paths {
        let tile = Resource::Tile(TileId { level: 0, index, width: 256 });
        assert_eq!(tile.to_string(), format!("tile/0/{path}"));
    }
}

/// A log that another implementation wrote: its bundle is the entries, its tile their hashes, its root the tree's.
#[test]
fn a_log_of_another_implementation_is_rebuilt_byte_by_byte() {
    let entries: Vec<&[u8]> = read_bundle(include_bytes!("vectors/sample-log/tile/entries/000.p/15")).unwrap();
    assert_eq!(write_bundle(&entries).unwrap(), include_bytes!("vectors/sample-log/tile/entries/000.p/15"));
    let leaves: Vec<Hash> = entries.iter().map(|entry| hash_leaf(entry)).collect();
    let tiles = grow(0, &Tiles::default(), &leaves).unwrap();
    let written: Vec<_> = tiles.bytes().collect();
    let tile = TileId { level: 0, index: 0, width: 15 };
    assert_eq!(written, [(tile, include_bytes!("vectors/sample-log/tile/0/000.p/15").to_vec())]);

    let note = Note::parse(include_str!("vectors/sample-log/checkpoint")).unwrap();
    let checkpoint = Checkpoint::parse(note.text()).unwrap();
    assert_eq!(Plan::root(checkpoint.size).hashes(&tiles), Ok(vec![checkpoint.root]));
    let key = VerifierKey::parse(include_str!("vectors/sample-log/vkey").trim_end()).unwrap();
    assert!(key.verifies(&note) && key.name() == checkpoint.origin);
}

#[test]
fn an_empty_tree_has_the_empty_root() {
    assert_eq!(Plan::root(0).hashes(&Tiles::default()), Ok(vec![EMPTY_ROOT]));
    assert_eq!(grow(0, &Tiles::default(), &[]).unwrap().bytes().count(), 0);
}
