use crate::command::program;

/// What a test needs beside Rust: how to tell that it is there, and the Debian packages that bring it.
struct Tool {
    probe: &'static str,
    packages: &'static str,
}

/// What the tests start or run: peers in other languages that read what we wrote, the servers that adapters speak to, and a
/// browser. Debian keeps some servers outside of a user's PATH.
const TEST_TOOLS: [Tool; 18] = [
    Tool { probe: "python3 -m ensurepip --version", packages: "python3 python3-venv" },
    Tool { probe: "npm --version", packages: "nodejs npm" },
    Tool { probe: "php --version", packages: "php-cli" },
    Tool { probe: "javac --version", packages: "default-jdk-headless" }, // `java Site.java` compiles before it runs
    Tool { probe: "curl --version", packages: "curl" },
    Tool { probe: "jq --version", packages: "jq" },
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

/// Says which Debian packages the tests miss.
pub(crate) fn check() -> Result<(), String> {
    let missing = missing();
    if missing.is_empty() {
        return Ok(());
    }
    Err(format!("The tests need these Debian packages: {missing}\n`cargo xtask test --install` installs them."))
}

/// Installs from Debian's packages what the tests miss.
pub(crate) fn install() -> Result<(), String> {
    let missing = missing();
    if missing.is_empty() {
        return Ok(());
    }
    // Root installs as it is; anyone else by sudo, which asks for the password.
    let sudo = if program("test -w /usr/bin").succeeds() { "" } else { "sudo " };
    program(&format!("{sudo}apt-get update -q")).run()?;
    program(&format!("{sudo}apt-get install -y -q --no-install-recommends {missing}")).run()
}

fn missing() -> String {
    let missing: Vec<&str> = TEST_TOOLS.iter().filter(|tool| !tool.is_there()).map(|tool| tool.packages).collect();
    missing.join(" ")
}

impl Tool {
    fn is_there(&self) -> bool {
        program(self.probe).succeeds()
    }
}
