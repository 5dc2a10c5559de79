use std::path::{Path, PathBuf};

use crate::command::{cargo, program};

/// The version that the site was last built with.
const MDBOOK: &str = "0.5.4";
const FOLDER: &str = "target/book";
/// Where files outside of docs/ are to be read.
const REPOSITORY: &str = "https://github.com/kycvs/kycvs/blob/main/";

/// Builds the documentation as a site, with search. mdBook is a program and no dependency: its tree is larger than ours.
pub(crate) fn build() -> Result<(), String> {
    if !program("mdbook --version").succeeds() {
        cargo(&format!("install mdbook --locked --version {MDBOOK}")).run()?;
    }
    program("mdbook build docs").run()?;
    let pages = pages(Path::new(FOLDER)).map_err(|error| format!("{FOLDER}: {error}"))?;
    for page in pages {
        lead_outside(&page).map_err(|error| format!("{}: {error}", page.display()))?;
    }
    eprintln!("{FOLDER}/index.html");
    Ok(())
}

fn pages(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let files = std::fs::read_dir(folder)?.map(|entry| Ok(entry?.path()));
    let files: Vec<PathBuf> = files.collect::<std::io::Result<_>>()?;
    Ok(files.into_iter().filter(|file| file.extension().is_some_and(|kind| kind == "html")).collect())
}

/// Links to the rest of the repository lead to where it is published. mdBook takes the ending `.md` of a page off.
fn lead_outside(page: &Path) -> std::io::Result<()> {
    let html = std::fs::read_to_string(page)?;
    let outside = |rest: &str| {
        let (link, after) = rest.split_once('"').unwrap_or((rest, ""));
        let link = link.replace("README.html", "README.md").replace("index.html", "README.md");
        format!("href=\"{REPOSITORY}{link}\"{after}")
    };
    let mut parts = html.split("href=\"../");
    let first = parts.next().unwrap_or_default().to_owned();
    std::fs::write(page, parts.map(outside).fold(first, |html, part| html + &part))
}
