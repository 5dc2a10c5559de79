use std::path::Path;

use crate::command::program;

/// What a test needs beside Rust: how to tell that it is there, and the Debian packages that bring it.
struct Tool {
    probe: &'static str,
    packages: &'static str,
}

/// What the tests start or run: peers in other languages that read what we wrote, the servers that adapters speak to, and a
/// browser. Debian keeps some servers outside of a user's PATH.
const TEST_TOOLS: [Tool; 20] = [
    Tool { probe: "python3 -m ensurepip --version", packages: "python3 python3-venv" },
    Tool { probe: "npm --version", packages: "nodejs npm" },
    Tool { probe: "php --version", packages: "php-cli" },
    Tool { probe: "javac --version", packages: "default-jdk-headless" }, // `java Site.java` compiles before it runs
    Tool { probe: "clang --version", packages: "clang" },                // for WebAssembly, `ring` compiles its C by it
    Tool { probe: "curl --version", packages: "curl" },
    Tool { probe: "jq --version", packages: "jq" },
    Tool { probe: "valgrind --version", packages: "valgrind" }, // for `cargo xtask instructions`
    Tool { probe: "dpkg --status postgresql", packages: "postgresql" },
    Tool { probe: "test -x /usr/sbin/pgbouncer", packages: "pgbouncer" },
    Tool { probe: "redis-server --version", packages: "redis-server" },
    Tool { probe: "prometheus --version", packages: "prometheus" },
    Tool { probe: "test -x /usr/lib/kannel/test/fakesmsc", packages: "kannel kannel-extras" },
    Tool { probe: "test -x /usr/sbin/nginx", packages: "nginx-light" },
    Tool { probe: "test -x /usr/sbin/haproxy", packages: "haproxy" },
    Tool { probe: "test -e /usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1", packages: "faketime" },
    Tool { probe: "softhsm2-util --version", packages: "softhsm2" },
    Tool { probe: "test -x /usr/bin/WebKitWebDriver -a -x /usr/bin/Xvfb", packages: "webkit2gtk-driver xvfb" },
    Tool { probe: "firefox-esr --version", packages: "firefox-esr" },
    // The fonts are for screenshots and for texts that must fit on a narrow screen.
    Tool { probe: "chromedriver --version", packages: "chromium chromium-driver fonts-noto-core" },
];

/// What a gate and the playground are built for in a browser.
const WEBASSEMBLY: &str = "wasm32-unknown-unknown";

/// Says what the tests miss.
pub(crate) fn check() -> Result<(), String> {
    let mut missing = missing();
    if !builds_webassembly() {
        missing.push(WEBASSEMBLY);
    }
    if missing.is_empty() {
        return Ok(());
    }
    let missing = missing.join(" ");
    Err(format!(
        "The tests miss: {missing}\n`cargo xtask test --install` installs it, from Debian's packages and by rustup."
    ))
}

/// Installs what the tests miss, from Debian's packages and by rustup.
pub(crate) fn install() -> Result<(), String> {
    let missing = missing();
    if !missing.is_empty() {
        // Root installs as it is; anyone else by sudo, which asks for the password.
        let sudo = if program("test -w /usr/bin").succeeds() { "" } else { "sudo " };
        program(&format!("{sudo}apt-get update -q")).run()?;
        let missing = missing.join(" ");
        program(&format!("{sudo}apt-get install -y -q --no-install-recommends {missing}")).run()?;
    }
    if !builds_webassembly() {
        program(&format!("rustup target add {WEBASSEMBLY}")).run()?;
    }
    Ok(())
}

/// Whether Rust has its library for WebAssembly.
fn builds_webassembly() -> bool {
    let library = program(&format!("rustc --print target-libdir --target {WEBASSEMBLY}")).output();
    library.is_ok_and(|path| Path::new(String::from_utf8_lossy(&path).trim()).is_dir())
}

/// The Debian packages that are missing.
fn missing() -> Vec<&'static str> {
    TEST_TOOLS.iter().filter(|tool| !tool.is_there()).map(|tool| tool.packages).collect()
}

impl Tool {
    fn is_there(&self) -> bool {
        program(self.probe).succeeds()
    }
}
