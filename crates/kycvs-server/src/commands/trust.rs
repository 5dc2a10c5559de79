use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context, Error, Result, anyhow, bail};
use base64::{Engine, prelude::BASE64_STANDARD};
use chrono::{DateTime, TimeDelta, Utc};
use clap::Subcommand;
use kycvs::token::{Algorithm, Signer, SigningKey};
use kycvs_records::trust::import::{self, MAX_SOURCE_BYTES};
use kycvs_records::trust::{Draft, Source};
use kycvs_records::{MAX_TRUST_LIST_BYTES, RecordError, TrustList};
use sha2::{Digest, Sha256};

use crate::ending::Ending;
use crate::keys::{make, read};
use crate::{bounded, cli};

/// Whose certificates are trusted.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Make a trust list from published lists of keys, and sign it
    Import(Import),
}

/// From what, and for how long.
#[derive(clap::Args)]
#[command(after_help = "\
Example:
  kycvs trust import --out trust.kycvs --keys /etc/kycvs/keys \\
    --did did.json --vci vci_snapshot.json --divoc india.json

The key `trust.key` in that folder signs the list; it is made if missing. Its public half is written next to the list, as `trust.kycvs.pub`: give both files to every verifier. Keys that cannot be used are reported on standard error.

Exit status: 0 all keys were included, 1 some were skipped, 2 the list could not be made.")]
pub(crate) struct Import {
    /// The file to write
    #[arg(long, value_name = "FILE", value_parser = cli::path())]
    out: PathBuf,
    /// The folder of the key that signs the list
    #[arg(long, value_name = "DIR", value_parser = cli::path())]
    keys: PathBuf,
    /// A DID document of WHO's trust network
    #[arg(long, value_name = "FILE", value_parser = cli::path())]
    did: Vec<PathBuf>,
    /// A snapshot of the VCI directory
    #[arg(long, value_name = "FILE", value_parser = cli::path())]
    vci: Vec<PathBuf>,
    /// Keys of DIVOC countries
    #[arg(long, value_name = "FILE", value_parser = cli::path())]
    divoc: Vec<PathBuf>,
    /// Signing certificates of EU DCC: one in DER, one or more in PEM, or a national list of them in JSON
    #[arg(long, value_name = "FILE", value_parser = cli::path())]
    certificate: Vec<PathBuf>,
    /// The key set of a SMART Health Cards issuer: its URL, `=`, and the file
    #[arg(long, value_name = "URL=FILE")]
    issuer_keys: Vec<String>,
    /// How many days the list is valid: after that it is used with a warning, and after twice as many it is refused
    #[arg(long, value_name = "DAYS", default_value_t = 30, value_parser = clap::value_parser!(u16).range(1..=366))]
    days: u16,
}

const SIGNING: &str = "trust.key";

/// The public half of a key, in Base64.
const MAX_PUBLIC_BYTES: u64 = 1 << 10;

/// Makes a trust list.
pub(crate) async fn run(command: Command) -> Result<Ending> {
    let Command::Import(options) = command;
    let mut collected = Collected::default();
    for path in &options.did {
        collected.add(path, "DID document", import::did_document)?;
    }
    for path in &options.vci {
        collected.add(path, "snapshot of the VCI directory", import::vci_snapshot)?;
    }
    for path in &options.divoc {
        collected.add(path, "list of DIVOC keys", import::divoc_keys)?;
    }
    for path in &options.certificate {
        collected.add(path, "list of certificates", certificates)?;
    }
    for pair in &options.issuer_keys {
        let (url, path) = pair.rsplit_once('=').context("--issuer-keys is URL=FILE")?;
        collected.add(Path::new(path), "key set", |bytes| import::issuer_keys(bytes, url))?;
    }
    make(&options.keys, SIGNING, || Ok(SigningKey::generate_pkcs8(Algorithm::Es256)?.secret_bytes().to_vec()))?;
    let key = SigningKey::from_pkcs8(Algorithm::Es256, &read(&options.keys, SIGNING)?).context(SIGNING)?;
    let now: DateTime<Utc> = SystemTime::now().into();
    let text = collected.draft.to_text(now, now + TimeDelta::days(options.days.into()))?;
    let file = Draft::seal(&text, &key.sign(text.as_bytes()).await.map_err(|error| anyhow!(error))?)?;
    let public = BASE64_STANDARD.encode(key.public_key().as_bytes());
    write(&options.out, &file)?;
    write(&public_half(&options.out), (public + "\n").as_bytes())?;
    let keys = collected.draft.keys.len();
    writeln!(io::stdout(), "{keys} keys included, {} skipped", collected.skipped)?;
    Ok(if collected.skipped == 0 { Ending::Well } else { Ending::WithFaults })
}

/// What the sources gave so far.
#[derive(Default)]
struct Collected {
    draft: Draft,
    skipped: usize,
}

impl Collected {
    fn add(
        &mut self,
        path: &Path,
        kind: &str,
        import: impl FnOnce(&[u8]) -> Result<import::Imported, RecordError>,
    ) -> Result<()> {
        let bytes = bounded::read(path, MAX_SOURCE_BYTES as u64)?;
        let imported = import(&bytes).map_err(|error| refused(path, kind, &error))?;
        for (name, why) in &imported.skipped {
            writeln!(io::stderr(), "{}: {name}: {why}", path.display())?;
        }
        self.skipped += imported.skipped.len();
        self.draft.keys.extend(imported.keys);
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let sha256 = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        self.draft.sources.push(Source { name, sha256 });
        Ok(())
    }
}

/// Why a source was not taken: it is no certificate, of which these errors speak.
fn refused(path: &Path, kind: &str, error: &RecordError) -> Error {
    let path = path.display();
    match error {
        RecordError::Container(what) => anyhow!("{path} is no {kind}: it cannot be read as {what}"),
        RecordError::Shape(what) => anyhow!("{path} is no {kind}: {what} is missing or not as it should be"),
        RecordError::Ambiguous(what) => anyhow!("{path} cannot be read as a {kind} without doubt: {what}"),
        other => anyhow!("{path} is no {kind} that can be used: {other}"),
    }
}

/// Reads a trust list. Without the public half of the key that signed it, that lies beside the list.
///
/// # Errors
/// A file that cannot be read, and a list that the key did not sign.
pub(crate) fn open(path: &Path, key: Option<&Path>) -> Result<TrustList> {
    let key = key.map_or_else(|| public_half(path), Path::to_owned);
    let public = bounded::text(&key, MAX_PUBLIC_BYTES)?;
    let public = BASE64_STANDARD.decode(public.trim()).ok().with_context(|| format!("{} is no key", key.display()))?;
    let list = bounded::read(path, MAX_TRUST_LIST_BYTES as u64)?;
    TrustList::open(&list, &public).with_context(|| format!("{}", path.display()))
}

/// Where the public half of a list's key lies: beside the list.
fn public_half(list: &Path) -> PathBuf {
    let mut name = list.as_os_str().to_owned();
    name.push(".pub");
    PathBuf::from(name)
}

/// The certificates in a file: in PEM, in a list in JSON, or one in DER.
fn certificates(file: &[u8]) -> Result<import::Imported, RecordError> {
    let is_list = |text: &str| !text.contains(PEM) && text.contains(['{', '[']);
    match std::str::from_utf8(file) {
        Ok(text) if is_list(text) => import::certificate_list(file),
        _ => Ok(import::certificates(ders(file).iter().map(Vec::as_slice))),
    }
}

const PEM: &str = "-----BEGIN CERTIFICATE-----";

/// The bytes of certificates in PEM, or of the one in DER.
pub(crate) fn ders(file: &[u8]) -> Vec<Vec<u8>> {
    let Some(text) = std::str::from_utf8(file).ok().filter(|text| text.contains(PEM)) else {
        return vec![file.to_vec()];
    };
    let base64 =
        |part: &str| part.lines().take_while(|line| !line.starts_with("-----")).map(str::trim).collect::<String>();
    text.split(PEM).skip(1).map(|part| BASE64_STANDARD.decode(base64(part)).unwrap_or_default()).collect()
}

/// Writes a file as a whole or not at all: verifiers read the one that is replaced, as everybody may.
fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    // Through a link, and never in the place of a device.
    let path = &fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    if path.exists() && !path.is_file() {
        bail!("{} is no file", path.display());
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let write = || -> io::Result<()> {
        let mut builder = tempfile::Builder::new();
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666)); // less the umask
        let mut draft = builder.tempfile_in(folder)?;
        draft.write_all(bytes)?;
        draft.as_file().sync_all()?;
        draft.persist(path).map(drop).map_err(|failed| failed.error)
    };
    write().with_context(|| format!("cannot write {}", path.display()))
}
