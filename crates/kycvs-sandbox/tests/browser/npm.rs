//! The package for npm: its types are right, and its React example books a train.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use kycvs::consent::Language;

use crate::browser::Browser;
use crate::people::ASHA;
use crate::site::Site;

const PACKAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../kycvs-axum/npm");

/// The script of the React example, checked by TypeScript and put together once.
fn example() -> &'static str {
    static EXAMPLE: OnceLock<String> = OnceLock::new();
    EXAMPLE.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("npm");
        fs::create_dir_all(&folder).unwrap();
        let lock = File::create(folder.with_extension("lock")).unwrap();
        lock.lock().unwrap(); // another `cargo test` may be at it; the lock goes when the file is closed
        copy(Path::new(PACKAGE), &folder);
        let react = folder.join("examples/react");
        npm(&react, &["ci", "--silent"]);
        npm(&react, &["run", "build"]);
        fs::read_to_string(react.join("booking.js")).unwrap()
    })
}

fn npm(folder: &Path, arguments: &[&str]) -> String {
    let ran = Command::new("npm").args(arguments).current_dir(folder).output();
    let ran = ran.unwrap_or_else(|error| panic!("`npm` is missing ({error}): apt-get install nodejs npm"));
    let said = String::from_utf8_lossy(&ran.stdout).into_owned();
    assert!(ran.status.success(), "npm {arguments:?}: {said}{}", String::from_utf8_lossy(&ran.stderr));
    said
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let (from, to): (PathBuf, PathBuf) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            copy(&from, &to);
        } else {
            fs::copy(&from, &to).unwrap();
        }
    }
}

/// Puts the page of the example on the railway's site, for a visit.
async fn put_example(site: &Site, attributes: &str) {
    let (issuer, visit) = (&site.issuer, site.embedded_visit(Language::English).await);
    let place = format!("<div id=booking data-issuer={issuer} data-session={visit} {attributes}></div>");
    site.put("/booking", &format!("<!doctype html><title>Book</title>{place}<script src=/booking.js></script>"));
    site.put("/booking.js", example());
}

#[tokio::test]
async fn the_react_example_is_right_by_its_types_and_books_in_a_frame() {
    let (site, browser) = (Site::start().await, Browser::open().await);
    put_example(&site, "data-frame").await;
    browser.goto(&format!("{}/booking", site.railway)).await;
    browser.enter_page().await;
    browser.ask(&ASHA).await;
    browser.enter_code(&site.code(&ASHA)).await;
    browser.find(".status-2").await;
    browser.leave_frame().await;
    browser.says("[role=status]", "Fully vaccinated").await;
    browser.is_clean().await;
}

#[tokio::test]
async fn the_react_example_says_that_the_person_did_not_share() {
    let (site, browser) = (Site::start().await, Browser::open().await);
    put_example(&site, "data-frame").await;
    browser.goto(&format!("{}/booking", site.railway)).await;
    browser.enter_page().await;
    browser.ask(&ASHA).await;
    browser.press_button("decline").await;
    browser.leave_frame().await;
    browser.says("[role=status]", "You did not share it").await;
}

#[tokio::test]
async fn the_react_example_says_that_the_script_cannot_be_loaded() {
    let (site, browser) = (Site::start().await, Browser::open().await);
    let nowhere = format!("<div id=booking data-issuer={} data-session=x></div>", site.stranger);
    site.put("/lost", &format!("<!doctype html><title>Book</title>{nowhere}<script src=/booking.js></script>"));
    site.put("/booking.js", example());
    site.put_under(&[("x-content-type-options", "nosniff")], "/embed.js", "a page where a script should be");
    browser.goto(&format!("{}/lost", site.railway)).await;
    browser.says("[role=status]", "script-not-loaded").await;
}

#[test]
fn the_package_holds_what_it_exports() {
    example();
    let packed = npm(&Path::new(env!("CARGO_TARGET_TMPDIR")).join("npm"), &["pack", "--dry-run", "--json"]);
    for file in ["index.js", "index.d.ts", "react.js", "react.d.ts", "README.md", "LICENSE-MIT", "examples/plain.html"]
    {
        assert!(packed.contains(&format!("\"path\": \"{file}\"")), "{file}: {packed}");
    }
    assert!(!packed.contains("node_modules") && !packed.contains("booking.js"), "{packed}");
}
