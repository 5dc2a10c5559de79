use std::path::{Path, PathBuf};

use crate::command::{cargo, program};

/// The version that the list of parts was last made with.
const CARGO_CYCLONEDX: &str = "0.5.9";
/// Where the release and its list of parts lie.
const FOLDER: &str = "target/kycvs-release";

/// The version that the Debian package was last made with.
const CARGO_DEB: &str = "3.8.0";
/// What of the package the program writes itself: the arguments, and the file.
const WRITTEN: [(&str, &str); 4] = [
    ("man", "kycvs.1"),
    ("completions bash", "kycvs.bash"),
    ("completions zsh", "kycvs.zsh"),
    ("completions fish", "kycvs.fish"),
];

/// The version that compares APIs.
const CARGO_SEMVER_CHECKS: &str = "0.51.0";

/// Makes a release of the server, and shows that anyone can make the same one.
pub(crate) fn run() -> Result<(), String> {
    minimal()?;
    match last_release()? {
        Some(tag) => semver(&tag)?,
        None => eprintln!("no tag v* yet: the first release breaks nobody"),
    }
    cargo("publish --workspace --dry-run").run()?;
    parts()?;
    reproduce()
}

/// Builds the committed server twice, in two folders; the two are equal byte by byte.
pub(crate) fn reproduce() -> Result<(), String> {
    let commit = head()?;
    let [first, second] = [build("one", &commit)?, build("two", &commit)?];
    let [bytes, again] = [read(&first)?, read(&second)?];
    if bytes != again {
        return Err(format!("{} and {} differ", first.display(), second.display()));
    }
    let released = Path::new(FOLDER).join("kycvs");
    std::fs::rename(&first, &released).map_err(|error| format!("{}: {error}", released.display()))?;
    program(&format!("sha256sum {}", released.display())).run()
}

/// Builds the workspace with the oldest versions that its manifests allow, in a folder of its own: an older one than is tested is
/// promised to nobody.
pub(crate) fn minimal() -> Result<(), String> {
    in_tree("minimal", &head()?, |tree| {
        let manifest = format!("--manifest-path {tree}/Cargo.toml");
        program(&format!("rustup run nightly cargo generate-lockfile -Z direct-minimal-versions {manifest}")).run()?;
        cargo(&format!("check --workspace --locked {manifest}")).env("CARGO_TARGET_DIR", "target/minimal").run()
    })
}

/// Holds the API of each library to what it was at a commit or tag, by the version that its manifest has now.
pub(crate) fn semver(since: &str) -> Result<(), String> {
    if !program("cargo-semver-checks --version").succeeds() {
        cargo(&format!("install cargo-semver-checks --locked --version {CARGO_SEMVER_CHECKS}")).run()?;
    }
    cargo(&format!("semver-checks --workspace --baseline-rev {since}")).run()
}

/// The Debian package of the server, with its man page and completions.
pub(crate) fn deb() -> Result<(), String> {
    if !program("cargo-deb --version").succeeds() {
        cargo(&format!("install cargo-deb --locked --version {CARGO_DEB}")).run()?;
    }
    cargo("build --release --locked --package kycvs-server --bin kycvs").run()?;
    for (arguments, file) in WRITTEN {
        let written = program(&format!("target/release/kycvs {arguments}")).output()?;
        let file = format!("target/release/{file}");
        std::fs::write(&file, written).map_err(|error| format!("{file}: {error}"))?;
    }
    cargo("deb --package kycvs-server --no-build").run()
}

/// The newest tag of a release, if there is one.
fn last_release() -> Result<Option<String>, String> {
    let tags = program("git tag --list v* --sort -v:refname").output()?;
    Ok(String::from_utf8_lossy(&tags).lines().next().map(str::to_owned))
}

/// The software bill of materials (CycloneDX) of the server. The tool writes one beside every manifest of the workspace.
pub(crate) fn parts() -> Result<(), String> {
    if !program("cargo-cyclonedx --version").succeeds() {
        cargo(&format!("install cargo-cyclonedx --locked --version {CARGO_CYCLONEDX}")).run()?;
    }
    in_tree("parts", &head()?, |tree| {
        let server = format!("{tree}/crates/kycvs-server");
        cargo(&format!("cyclonedx --manifest-path {server}/Cargo.toml --format json --describe binaries")).run()?;
        let made = format!("{server}/kycvs_bin.cdx.json");
        let kept = Path::new(FOLDER).join("kycvs.cdx.json");
        std::fs::copy(&made, kept).map(|_| ()).map_err(|error| format!("{made}: {error}"))
    })
}

/// The commit that is checked out.
fn head() -> Result<String, String> {
    let commit = program("git rev-parse HEAD").output()?;
    Ok(String::from_utf8_lossy(&commit).trim().to_owned())
}

/// Builds a commit in a folder of its own. No path of this machine gets into the program.
fn build(name: &str, commit: &str) -> Result<PathBuf, String> {
    let built = Path::new(FOLDER).join(format!("kycvs-{name}"));
    in_tree(name, commit, |tree| build_in(tree, &built))?;
    Ok(built)
}

/// Does something with a commit, in a folder of its own that is gone afterwards.
fn in_tree(name: &str, commit: &str, work: impl FnOnce(&str) -> Result<(), String>) -> Result<(), String> {
    std::fs::create_dir_all(FOLDER).map_err(|error| format!("{FOLDER}: {error}"))?;
    let tree = std::path::absolute(Path::new(FOLDER).join(name)).map_err(|error| error.to_string())?;
    let shown = tree.display().to_string();
    // A folder of an earlier run.
    let _ = std::fs::remove_dir_all(&tree);
    program("git worktree prune").run()?;
    program(&format!("git worktree add --detach {shown} {commit}")).run()?;
    let done = work(&shown);
    program(&format!("git worktree remove --force {shown}")).run()?;
    done
}

fn build_in(shown: &str, built: &Path) -> Result<(), String> {
    let home = std::env::var("CARGO_HOME").or_else(|_| std::env::var("HOME").map(|home| home + "/.cargo"));
    let cargo_home = home.map_err(|error| error.to_string())?;
    let mapped = format!("--remap-path-prefix={shown}=/kycvs --remap-path-prefix={cargo_home}=/cargo");
    let mapped_c = format!("-ffile-prefix-map={shown}=/kycvs -ffile-prefix-map={cargo_home}=/cargo");
    cargo(&format!("build --release --locked --package kycvs-server --bin kycvs --manifest-path {shown}/Cargo.toml"))
        .env("RUSTFLAGS", &mapped)
        .env("CFLAGS", &mapped_c)
        .env("CARGO_TARGET_DIR", &format!("{shown}/target"))
        .run()?;
    let made = Path::new(shown).join("target/release/kycvs");
    std::fs::copy(made, built).map(|_| ()).map_err(|error| format!("{}: {error}", built.display()))
}

fn read(file: &Path) -> Result<Vec<u8>, String> {
    std::fs::read(file).map_err(|error| format!("{}: {error}", file.display()))
}
