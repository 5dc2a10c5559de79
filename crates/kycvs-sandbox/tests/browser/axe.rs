//! axe-core, which knows the rules of WCAG that a machine can check.

use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use kycvs_test_servers::packages;
use serde_json::{Value, json};

use crate::browser::Browser;

/// Every rule, those that are new in WCAG 2.2 too. Frames are looked at one by one. Words in the colour of their ground axe takes for
/// hidden on purpose; here they are a fault.
const RUN: &str = "const done = arguments[0];
    const isGone = node => node.any.some(check => check.data?.messageKey === 'equalRatio');
    const gone = ({ incomplete }) => incomplete.map(v => ({ ...v, nodes: v.nodes.filter(isGone) })).filter(v => v.nodes.length > 0);
    axe.run(document, { iframes: false, resultTypes: ['violations', 'incomplete'], rules: { 'target-size': { enabled: true } } })
        .then(found => done([...found.violations, ...gone(found)].map(v => [v.id, v.help, v.nodes.map(node => node.html.slice(0, 200))])), error => done(String(error)))";

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
    let pins = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser/axe");
    let folder = packages::npm(env!("CARGO_TARGET_TMPDIR"), &pins);
    fs::read_to_string(folder.join("node_modules/axe-core/axe.min.js")).unwrap()
}
