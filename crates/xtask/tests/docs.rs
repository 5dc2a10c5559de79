//! The documentation leads somewhere: every link, every anchor, and every page from the table of contents.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// The pages of docs/ and the READMEs that lead there and back.
fn pages() -> Vec<PathBuf> {
    let root = root();
    let mut pages = markdown(&root.join("docs"));
    pages.push(root.join("README.md"));
    pages.push(root.join("examples/integrations/README.md"));
    pages.push(root.join("crates/kycvs-axum/npm/README.md"));
    let crates = std::fs::read_dir(root.join("crates")).unwrap();
    pages.extend(crates.map(|entry| entry.unwrap().path().join("README.md")).filter(|readme| readme.exists()));
    pages
}

fn markdown(folder: &Path) -> Vec<PathBuf> {
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files.filter(|file| file.extension().is_some_and(|kind| kind == "md")).collect()
}

/// The lines of a page outside of its blocks of code.
fn prose(text: &str) -> Vec<&str> {
    let mut is_code = false;
    let is_prose = |line: &&str| {
        let is_fence = line.trim_start().starts_with("```");
        is_code ^= is_fence;
        !is_code && !is_fence
    };
    text.lines().filter(is_prose).collect()
}

/// What the links and pictures of a page lead to.
fn links(text: &str) -> Vec<String> {
    let text = prose(text).join("\n");
    let without_code: String = text.split('`').step_by(2).collect::<Vec<_>>().join("code");
    let links = without_code.split("](").skip(1).map(|rest| rest.split([')', ' ']).next().unwrap().to_owned());
    links.collect()
}

/// The anchors of a page's headings, as GitHub and mdBook make them: small letters, spaces as hyphens, without the rest.
fn anchors(text: &str) -> BTreeSet<String> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    let headings = prose(text).into_iter().filter(|line| line.starts_with('#'));
    let anchor = |line: &str| {
        let words = line.trim_start_matches('#').trim().to_lowercase();
        let kept = words.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
        let plain: String = kept.map(|c| if c == ' ' { '-' } else { c }).collect();
        let count = seen.entry(plain.clone()).or_default();
        *count += 1;
        if *count == 1 { plain } else { format!("{plain}-{}", *count - 1) }
    };
    headings.map(anchor).collect()
}

/// Why a link of a page leads nowhere; nothing for one that leads somewhere, to another site, or to an item of Rust, which rustdoc
/// looks up.
fn fault(page: &Path, link: &str) -> Option<String> {
    if link.contains("::") || link.contains("://") || link.starts_with("mailto:") {
        return None;
    }
    let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
    let target = if file.is_empty() { page.to_owned() } else { page.parent().unwrap().join(file) };
    if !target.exists() {
        return Some(format!("{}: {link} is not there", page.display()));
    }
    let has = || anchors(&std::fs::read_to_string(&target).unwrap()).contains(anchor);
    (!anchor.is_empty() && !has()).then(|| format!("{}: {link} has no such heading", page.display()))
}

#[test]
fn every_link_leads_to_a_file_and_every_anchor_to_a_heading() {
    let mut count = 0;
    let mut faults = Vec::new();
    for page in pages() {
        let links = links(&std::fs::read_to_string(&page).unwrap());
        count += links.len();
        faults.extend(links.iter().filter_map(|link| fault(&page, link)));
    }
    assert!(count > 200, "{count}");
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn a_link_that_leads_nowhere_is_seen() {
    let page = root().join("docs/embedding.md");
    assert!(fault(&page, "embedding-reference.md#events").is_none());
    assert!(fault(&page, "nothing.md").is_some());
    assert!(fault(&page, "embedding-reference.md#nothing").is_some());
    assert_eq!(links("[a](b.md#c) `[d](e)` ![f](g.png)\n```\n[h](i)\n```\n"), ["b.md#c", "g.png"]);
    assert_eq!(
        anchors("# It's `a` test\n## Two\n## Two\n"),
        ["it's-a-test".replace('\'', ""), "two".into(), "two-1".into()].into()
    );
}

#[test]
fn every_page_of_the_documentation_stands_in_its_table_of_contents() {
    let docs = root().join("docs");
    let summary = links(&std::fs::read_to_string(docs.join("SUMMARY.md")).unwrap());
    for page in markdown(&docs) {
        let name = page.file_name().unwrap().to_str().unwrap().to_owned();
        assert!(name == "SUMMARY.md" || summary.contains(&name), "docs/SUMMARY.md does not lead to {name}");
    }
}

#[test]
fn a_page_names_no_problem_that_the_api_does_not_have() {
    let api = std::fs::read_to_string(root().join("crates/kycvs-axum/openapi.json")).unwrap();
    let mut count = 0;
    for page in pages() {
        let text = std::fs::read_to_string(&page).unwrap();
        for word in text.split('`').filter(|word| word.ends_with("-unavailable")) {
            count += 1;
            assert!(api.contains(&format!("\"urn:kycvs:problem:{word}\"")), "{}: {word}", page.display());
        }
    }
    assert!(count > 0);
}

/// What GitHub and crates.io show, and rustdoc does not.
fn hidden_lines(text: &str) -> Vec<&str> {
    let blocks = text.split("```").skip(1).step_by(2).filter(|block| block.starts_with("rust"));
    blocks.flat_map(str::lines).filter(|line| line.trim() == "#" || line.trim_start().starts_with("# ")).collect()
}

#[test]
fn an_example_in_rust_is_whole_wherever_it_is_read() {
    for page in pages() {
        let text = std::fs::read_to_string(&page).unwrap();
        assert!(hidden_lines(&text).is_empty(), "{}: {:?}", page.display(), hidden_lines(&text));
    }
    assert_eq!(
        hidden_lines("# A\n```rust,no_run\n# fn main() {\n#[test]\n#\n```\n```sh\n# b\n```\n"),
        ["# fn main() {", "#"]
    );
}
