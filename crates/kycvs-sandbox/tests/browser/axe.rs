//! axe-core, which knows the rules of WCAG that a machine can check. npm brings it, pinned, once.

use std::fs::{self, File};
use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

use serde_json::{Value, json};

use crate::browser::Browser;

/// Every rule, those that are new in WCAG 2.2 too. Frames are looked at one by one.
const RUN: &str = "const done = arguments[0];
    axe.run(document, { iframes: false, resultTypes: ['violations'], rules: { 'target-size': { enabled: true } } })
        .then(found => done(found.violations.map(v => [v.id, v.help, v.nodes.map(node => node.html.slice(0, 200))])), error => done(String(error)))";

impl Browser {
    /// There is nothing that a person with a disability could not use in the document that is looked at.
    pub(crate) async fn is_accessible(&self, step: &str) {
        let found = self.at_rest(async || self.inaccessible().await).await;
        assert_eq!(found, json!([]), "{step}: {}", serde_json::to_string_pretty(&found).unwrap());
    }

    /// The rules that the document breaks, and where.
    pub(crate) async fn inaccessible(&self) -> Value {
        if self.js("return typeof axe", &[]).await == "undefined" {
            self.js(axe(), &[]).await;
        }
        self.js_later(RUN).await
    }
}

fn axe() -> &'static str {
    static AXE: OnceLock<String> = OnceLock::new();
    AXE.get_or_init(install)
}

fn install() -> String {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("axe");
    fs::create_dir_all(&folder).unwrap();
    let lock = File::create(folder.join("lock")).unwrap();
    lock.lock().unwrap(); // another `cargo test` may be at it; the lock goes when the file is closed

    let pins = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser/axe");
    let wanted = fs::read_to_string(pins.join("package-lock.json")).unwrap();
    let installed = folder.join("installed");
    if !fs::read_to_string(&installed).is_ok_and(|found| found == wanted) {
        for pin in ["package.json", "package-lock.json"] {
            fs::copy(pins.join(pin), folder.join(pin)).unwrap();
        }
        let npm = Command::new("npm").args(["ci", "--silent", "--prefix"]).arg(&folder).output();
        let npm = npm.unwrap_or_else(|error| panic!("`npm` is missing ({error}): apt-get install nodejs npm"));
        assert!(npm.status.success(), "npm needs the network, once: {}", String::from_utf8_lossy(&npm.stderr));
        fs::write(&installed, wanted).unwrap();
    }
    fs::read_to_string(folder.join("node_modules/axe-core/axe.min.js")).unwrap()
}
