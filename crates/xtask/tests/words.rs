//! The words of our documents: spelling and the length of sentences by Harper, and turns that a translation leaves.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use kycvs_test_servers::packages;

/// The rules and pins of this test.
const HERE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/words");

#[test]
fn documents_are_spelt_right_in_sentences_of_forty_words_at_most() {
    let documents = files(&["README.md", "docs/*.md", ":(glob)crates/*/README.md"]);
    let harper = packages::npm(env!("CARGO_TARGET_TMPDIR"), Path::new(HERE));
    let mut node = Command::new("node");
    node.arg(harper.join("words.mjs")).args(["rules.txt", "dictionary.txt"].map(|list| Path::new(HERE).join(list)));
    let output = node.args(documents).current_dir(root()).output().expect("apt-get install nodejs npm");
    let found = String::from_utf8_lossy(&output.stdout);
    let faults = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success() && found.is_empty(),
        "mend these, or add a word of the field to tests/words/dictionary.txt:\n{found}{faults}"
    );
}

#[test]
fn nothing_reads_as_translated() {
    let phrases = fs::read_to_string(Path::new(HERE).join("phrases.txt")).unwrap();
    let phrases: Vec<_> = phrases.lines().filter_map(|line| line.split_once(" => ")).collect();
    assert!(!phrases.is_empty());
    let mut found = String::new();
    for file in files(&["*.md", "*.rs", "*/en.ftl"]) {
        let text = fs::read_to_string(root().join(&file)).unwrap();
        for (number, line) in (1..).zip(text.lines()) {
            for (phrase, instead) in phrases.iter().filter(|(phrase, _)| has(line, phrase)) {
                found += &format!("{}:{number}: {phrase}: write {instead}\n", file.display());
            }
        }
    }
    assert!(found.is_empty(), "{found}");
}

/// Whether a line has a phrase as whole words.
fn has(line: &str, phrase: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(phrase)
        .any(|(at, _)| !line[..at].ends_with(is_word) && !line[at + phrase.len()..].starts_with(is_word))
}

/// What git keeps by these patterns, or would keep.
fn files(patterns: &[&str]) -> Vec<PathBuf> {
    let mut git = Command::new("git");
    git.args(["ls-files", "--cached", "--others", "--exclude-standard", "--deduplicate", "--"]).args(patterns);
    let output = git.current_dir(root()).output().unwrap();
    let listed = String::from_utf8(output.stdout).unwrap();
    let listed: Vec<_> = listed.lines().map(PathBuf::from).filter(|file| root().join(file).is_file()).collect();
    assert!(output.status.success() && !listed.is_empty());
    listed
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().to_owned()
}
