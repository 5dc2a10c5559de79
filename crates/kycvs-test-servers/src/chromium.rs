use std::path::Path;

use crate::folder::Folder;
use crate::{Process, free_port};

const PACKAGE: &str = "chromium chromium-driver fonts-noto-core";

/// What makes Chromium quiet and bounded: it calls nobody by itself, and ends when its driver does.
const FLAGS: [&str; 13] = [
    "--headless=new",
    "--no-sandbox", // the tests may run as root, and load pages of their own only
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage", // containers often have little of /dev/shm
    "--no-first-run",
    "--no-default-browser-check",
    // One process for all frames, so that the driver hears those of other origins too. What origins may do stays the same.
    "--disable-site-isolation-trials",
    "--disable-features=IsolateOrigins,site-per-process",
    // Driver and browser speak over a pipe. When the driver is killed the pipe closes, and the browser quits.
    "--remote-debugging-pipe",
];

/// A real headless Chromium, driven by its chromedriver over WebDriver. It knows nothing of earlier ones.
#[derive(Debug)]
pub struct Chromium {
    _driver: Process,
    port: u16,
    folder: Folder,
}

impl Chromium {
    /// Starts chromedriver. The browser starts with the first WebDriver session, which must have [`arguments`](Self::arguments).
    pub fn start() -> Self {
        let folder = Folder::new();
        let port = free_port();
        let mut driver = Process::start("chromedriver", PACKAGE, [format!("--port={port}")], folder.path(), false);
        driver.wait_for_port(port);
        Self { _driver: driver, port, folder }
    }

    /// Where its WebDriver answers.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The arguments for `goog:chromeOptions`, with a profile of its own in this value's folder.
    pub fn arguments(&self) -> Vec<String> {
        let profile = format!("--user-data-dir={}", self.folder().join("profile").display());
        FLAGS.iter().map(|flag| (*flag).to_owned()).chain([profile]).collect()
    }

    /// A folder for files that the browser reads, gone with this value.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
}
