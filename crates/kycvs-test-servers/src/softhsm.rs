use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::folder::Folder;

/// A PKCS#11 module in software, with tokens in a temporary folder.
///
/// The module is a library in the process that uses it, and reads from the environment where its tokens are. So a test runs in a
/// process of its own: see [`in_its_own_process`](Self::in_its_own_process).
#[derive(Debug)]
pub struct SoftHsm(PathBuf);

const CONFIGURATION: &str = "SOFTHSM2_CONF";
const FOLDER: &str = "KYCVS_SOFTHSM_FOLDER";
const PACKAGE: &str = "softhsm2";

impl SoftHsm {
    /// The module.
    pub const MODULE: &'static str = "/usr/lib/softhsm/libsofthsm2.so";

    /// Runs `body` in a child that is this test binary again, where it runs only the test that calls this, by its name. What
    /// fails there fails here.
    pub fn in_its_own_process(test: &str, body: impl FnOnce(&Self)) {
        if let Some(folder) = env::var_os(FOLDER) {
            return body(&Self(folder.into()));
        }
        let folder = Folder::new();
        let hsm = Self::new(folder.path());
        let mut child = Command::new(env::current_exe().expect("this binary"));
        child.args(["--exact", test, "--nocapture"]).env(FOLDER, folder.path()).env(CONFIGURATION, hsm.configuration());
        let output = child.output().expect("the child");
        let said = [&output.stdout[..], &output.stderr].concat();
        let said = String::from_utf8_lossy(&said);
        // Its status does not count: SoftHSM may crash while a process ends, when threads of ours are still in it.
        assert!(said.contains("test result: ok. 1 passed"), "{}: {said}", output.status);
    }

    /// A module without tokens, for a program that is started with [`configuration`](Self::configuration) in `SOFTHSM2_CONF`.
    pub fn new(folder: &Path) -> Self {
        let tokens = folder.join("tokens");
        fs::create_dir(&tokens).expect("a folder of tokens");
        let hsm = Self(folder.to_owned());
        let text =
            format!("directories.tokendir = {}\nobjectstore.backend = file\nlog.level = ERROR\n", tokens.display());
        fs::write(hsm.configuration(), text).expect("the configuration");
        hsm
    }

    /// The configuration file.
    pub fn configuration(&self) -> PathBuf {
        self.0.join("softhsm2.conf")
    }

    /// The folder of the tokens, a folder each. To move it away is to pull the plug.
    pub fn tokens(&self) -> PathBuf {
        self.0.join("tokens")
    }

    /// Makes a token with a label and a PIN of its user.
    pub fn init_token(&self, label: &str, pin: &str) {
        self.run(&["--init-token", "--free", "--label", label, "--so-pin", "1234567890", "--pin", pin]);
    }

    /// Puts a private key, PKCS#8 as PEM, into a token.
    pub fn import(&self, token: &str, pin: &str, label: &str, pem: &str) {
        let file = self.0.join("import.pem");
        fs::write(&file, pem).expect("the key");
        let path = file.to_str().expect("a path in UTF-8");
        self.run(&["--import", path, "--token", token, "--pin", pin, "--label", label, "--id", "A1"]);
        fs::remove_file(file).expect("the key is gone");
    }

    fn run(&self, arguments: &[&str]) {
        let mut util = Command::new("softhsm2-util");
        util.args(arguments).env(CONFIGURATION, self.configuration()).stdin(Stdio::null());
        let output = util.output().unwrap_or_else(|error| panic!("softhsm2-util: {error}; install {PACKAGE}"));
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}
