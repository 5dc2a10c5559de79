use crate::folder::Folder;
use crate::{Process, free_port};

const PACKAGE: &str = "webkit2gtk-driver xvfb";
/// The browser that Debian ships with WebKitGTK for its driver.
const BROWSER: &str = "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser";

/// A real WebKit on a screen that nobody sees, driven by WebKitWebDriver over WebDriver. It is the engine of Safari, in the version
/// of WebKitGTK.
#[derive(Debug)]
pub struct WebKit {
    _driver: Process,
    _screen: Process,
    port: u16,
    _folder: Folder,
}

impl WebKit {
    /// Starts a screen and the driver. The browser starts with the first WebDriver session, which must be for
    /// [`browser`](Self::browser) with [`ARGUMENTS`](Self::ARGUMENTS), as `webkitgtk:browserOptions`.
    pub fn start() -> Self {
        let folder = Folder::new();
        // It takes a free display and says which, as the first number on a line of its own.
        let mut screen = Process::start("Xvfb", PACKAGE, ["-displayfd", "1", "-nolisten", "tcp"], folder.path(), false);
        screen.wait_until("says its display", || display(folder.path()).is_some());
        let display = display(folder.path()).expect("a display");
        let port = free_port();
        let (home, port_is) = (format!("HOME={}", folder.path().display()), format!("--port={port}"));
        // No compositing: there is no graphics card.
        let arguments =
            [&format!("DISPLAY=:{display}"), &home, "WEBKIT_DISABLE_COMPOSITING_MODE=1", "WebKitWebDriver", &port_is];
        let mut driver = Process::start("env", PACKAGE, arguments, folder.path(), false);
        driver.wait_for_port(port);
        Self { _driver: driver, _screen: screen, port, _folder: folder }
    }

    /// What the browser is started with.
    pub const ARGUMENTS: [&'static str; 1] = ["--automation"];

    /// The program of the browser.
    pub fn browser() -> &'static str {
        BROWSER
    }

    /// Where its WebDriver answers.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

fn display(folder: &std::path::Path) -> Option<u32> {
    let log = std::fs::read_to_string(folder.join("Xvfb.log")).ok()?;
    log.lines().find_map(|line| line.trim().parse().ok())
}
