use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use base64::{Engine, prelude::BASE64_STANDARD};
use clap::Subcommand;
use kycvs::consent::ConsentId;
use kycvs::token::StatusListToken;
use kycvs::transparency::{ProofFile, VerifierKey, hash_leaf};
use kycvs::{Access, Opening, Sample, SampledLeaf, leaf_of};
use serde::{Deserialize, Serialize};

use super::{audit_lists, audit_tree};
use crate::ending::Ending;
use crate::place::Place;
use crate::{bounded, cli};

/// Audit the public log.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Print the public key of the log
    Key(Key),
    /// Open the leaves that an auditor's seed picks
    Sample(Take),
    /// Prove that a consent or a status list is in the log
    Prove(Prove),
    /// Check saved status lists: each is in the log, and none takes a withdrawal back
    Lists(audit_lists::Lists),
    /// Check the whole tree from the files that the log serves; needs only the log's key
    Tree(audit_tree::Tree),
    /// Check a sample or a proof; needs only the log's key
    Check(Check),
}

#[derive(clap::Args)]
#[command(after_help = "Exit status: 0 done, 2 there is no log, or a store cannot be used.")]
pub(crate) struct Key {
    #[command(flatten)]
    place: Place,
}

#[derive(clap::Args)]
#[command(after_help = "\
Example:
  kycvs audit sample --seed '6 2 5 5 1 3' --count 100 \\
    --config /etc/kycvs/kycvs.toml > sample.json

Auditors choose the seed once they have the checkpoint.

Exit status: 0 done, 2 there is no log, or a store cannot be used.")]
pub(crate) struct Take {
    #[command(flatten)]
    place: Place,
    /// The auditor's seed, such as dice rolls
    #[arg(long)]
    seed: String,
    /// How many leaves
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u16).range(1..=10_000))]
    count: u16,
}

#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  kycvs audit prove bm90IGEgcmVhbCBpZCEhIQ \\
    --config /etc/kycvs/kycvs.toml > proof.txt
  kycvs audit prove --list FILE --config /etc/kycvs/kycvs.toml > proof.txt

Exit status: 0 done, 1 there is no such consent or entry, or it is not in the published log yet, 2 a file or a store cannot be used.")]
pub(crate) struct Prove {
    #[command(flatten)]
    place: Place,
    /// The consent's id, which is in the token; it may begin with `-`
    #[arg(required_unless_present = "list", allow_hyphen_values = true)]
    id: Option<String>,
    /// A file with one status list, as it was published
    #[arg(long, value_name = "FILE", value_parser = cli::path(), conflicts_with = "id")]
    list: Option<PathBuf>,
    /// Which of its entries: 0 is the consent, 1 its first change
    #[arg(long, default_value_t = 0)]
    number: u32,
}

#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  kycvs audit check --key KEY --sample sample.json --seed '6 2 5 5 1 3'
  kycvs audit check --key KEY --proof proof.txt --hash HASH
  kycvs audit check --key KEY --proof proof.txt --list FILE

HASH is the `consent.hash` of a token, FILE a status list.

Exit status: 0 it is right, 1 it is not, 2 a file cannot be read.")]
pub(crate) struct Check {
    /// The log's key, as `kycvs audit key` prints it
    #[arg(long)]
    key: String,
    /// A sample
    #[arg(long, value_name = "FILE", value_parser = cli::path(), requires = "seed", required_unless_present = "proof")]
    sample: Option<PathBuf>,
    /// The seed of the sample
    #[arg(long)]
    seed: Option<String>,
    /// A proof
    #[arg(long, value_name = "FILE", value_parser = cli::path(), requires = "proved", conflicts_with = "sample")]
    proof: Option<PathBuf>,
    /// The SHA-256 of the consent that is proved: the 64 hexadecimal digits in the token
    #[arg(long, group = "proved")]
    hash: Option<String>,
    /// The status list that is proved, in a file
    #[arg(long, value_name = "FILE", value_parser = cli::path(), group = "proved")]
    list: Option<PathBuf>,
    /// Which entry of its consent is proved
    #[arg(long, default_value_t = 0)]
    number: u32,
}

/// Runs one of them.
pub(crate) async fn run(command: Command) -> Result<Ending> {
    match command {
        Command::Key(options) => {
            let service = options.place.service().await?;
            let key = service.log_key().context("there is no log")?;
            writeln!(io::stdout(), "{key}")?;
            Ok(Ending::Well)
        }
        Command::Sample(options) => {
            let service = options.place.service().await?;
            let sample = service.audit_sample(options.seed.as_bytes(), options.count.into()).await?;
            let sample = sample.context("there is no log")?;
            writeln!(io::stdout(), "{}", serde_json::to_string_pretty(&SampleFile::of(&sample))?)?;
            Ok(Ending::Well)
        }
        Command::Prove(options) => prove(&options).await,
        Command::Lists(options) => audit_lists::run(&options).await,
        Command::Tree(options) => audit_tree::run(&options),
        Command::Check(options) => check(&options),
    }
}

async fn prove(options: &Prove) -> Result<Ending> {
    let service = options.place.service().await?;
    let proof = match (&options.list, &options.id) {
        (Some(file), _) => service.log_proof_of_list(&one_list(file)?).await,
        (None, id) => {
            let id = ConsentId::parse(id.as_deref().unwrap_or_default()).context("the consent's id")?;
            match service.note_access(Access::Proof, &[id]).await {
                Ok(()) => service.log_proof(&id, options.number).await,
                Err(error) => Err(error),
            }
        }
    };
    match proof {
        Ok(Some(proof)) => {
            write!(io::stdout(), "{proof}")?;
            Ok(Ending::Well)
        }
        Ok(None) => {
            writeln!(io::stderr(), "It is not in the published log yet.")?;
            Ok(Ending::WithFaults)
        }
        Err(kycvs::Error::NotFound) => {
            writeln!(io::stderr(), "There is no such consent, or no such entry of it.")?;
            Ok(Ending::WithFaults)
        }
        Err(error) => Err(error.into()),
    }
}

/// The longest sample: 10,000 leaves, each with its entry and its proof.
const MAX_SAMPLE_BYTES: u64 = 256 << 20;
/// The longest proof: a checkpoint, which is most of it, and 63 hashes.
const MAX_PROOF_BYTES: u64 = 128 << 10;

fn check(options: &Check) -> Result<Ending> {
    let key = VerifierKey::parse(&options.key).context("--key")?;
    let checked = match options {
        Check { sample: Some(sample), seed: Some(seed), .. } => {
            check_sample(&bounded::text(sample, MAX_SAMPLE_BYTES)?, seed, &key)?
        }
        Check { proof: Some(proof), hash: Some(hash), .. } => {
            check_proof(&bounded::text(proof, MAX_PROOF_BYTES)?, hash, options.number, &key)?
        }
        Check { proof: Some(proof), list: Some(list), .. } => proved(
            &ProofFile::parse(&bounded::text(proof, MAX_PROOF_BYTES)?)?,
            &audit_lists::leaf(&one_list(list)?)?,
            &key,
        ),
        _ => bail!("give --sample with --seed, or --proof with --hash or --list"),
    };
    match checked {
        Ok(said) => {
            writeln!(io::stdout(), "{said}")?;
            Ok(Ending::Well)
        }
        Err(refused) => {
            writeln!(io::stderr(), "{refused}")?;
            Ok(Ending::WithFaults)
        }
    }
}

fn check_sample(json: &str, seed: &str, key: &VerifierKey) -> Result<Result<String, String>> {
    let sample = serde_json::from_str::<SampleFile>(json).context("the sample")?.read()?;
    let count = |is: fn(&Opening) -> bool| sample.leaves.iter().filter(|leaf| is(&leaf.opening)).count();
    let entries = count(|opening| matches!(opening, Opening::Entry { .. }));
    let padding = count(|opening| matches!(opening, Opening::Padding { .. }));
    let erased = count(|opening| matches!(opening, Opening::Forgotten { .. }));
    let said = format!(
        "{} leaves of entries {} to {} are in the log: {entries} entries, {padding} padding, {erased} erased",
        sample.leaves.len(),
        sample.first,
        sample.size
    );
    Ok(sample.check(seed.as_bytes(), key).map(|()| said).map_err(|refused| refused.to_string()))
}

fn check_proof(text: &str, hash: &str, number: u32, key: &VerifierKey) -> Result<Result<String, String>> {
    let proof = ProofFile::parse(text)?;
    let salt = proof.extra.as_deref().and_then(|extra| extra.try_into().ok()).context("the proof has no salt")?;
    let hash = base16ct::lower::decode_vec(hash).ok().and_then(|hash| hash.try_into().ok());
    let leaf = leaf_of(salt, number, &hash.context("--hash is 64 lower-case hexadecimal digits, as in the token")?);
    Ok(proved(&proof, &leaf, key))
}

fn proved(proof: &ProofFile, leaf: &[u8; 32], key: &VerifierKey) -> Result<String, String> {
    let checked = proof.verify(&hash_leaf(leaf), key);
    let said = checked.map(|checkpoint| format!("entry {} of the log, which has {}", proof.index, checkpoint.size));
    said.map_err(|refused| refused.to_string())
}

fn one_list(file: &Path) -> Result<StatusListToken> {
    let [list] = <[_; 1]>::try_from(audit_lists::read(file)?)
        .map_err(|_| anyhow!("{} holds more than one list", file.display()))?;
    Ok(list)
}

/// A sample as a file has it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SampleFile {
    first: u64,
    size: u64,
    leaves: Vec<LeafFile>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct LeafFile {
    opening: OpeningFile,
    proof: String,
}

/// Bytes are standard base64.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
enum OpeningFile {
    Entry { salt: String, number: u32, entry: String },
    Padding { secret: String },
    Erased { leaf: String },
}

impl SampleFile {
    fn of(sample: &Sample) -> Self {
        let leaf = |leaf: &SampledLeaf| {
            let opening = match &leaf.opening {
                Opening::Entry { salt, number, entry } => OpeningFile::Entry {
                    salt: BASE64_STANDARD.encode(salt),
                    number: *number,
                    entry: BASE64_STANDARD.encode(entry),
                },
                Opening::Padding { secret } => OpeningFile::Padding { secret: BASE64_STANDARD.encode(secret) },
                Opening::Forgotten { leaf } => OpeningFile::Erased { leaf: BASE64_STANDARD.encode(leaf) },
            };
            LeafFile { opening, proof: leaf.proof.to_string() }
        };
        Self { first: sample.first, size: sample.size, leaves: sample.leaves.iter().map(leaf).collect() }
    }

    fn read(self) -> Result<Sample> {
        let leaf = |LeafFile { opening, proof }| {
            let opening = match opening {
                OpeningFile::Entry { salt, number, entry } => {
                    Opening::Entry { salt: bytes(&salt)?, number, entry: decoded(&entry)? }
                }
                OpeningFile::Padding { secret } => Opening::Padding { secret: bytes(&secret)? },
                OpeningFile::Erased { leaf } => Opening::Forgotten { leaf: bytes(&leaf)? },
            };
            Ok(SampledLeaf { opening, proof: ProofFile::parse(&proof)? })
        };
        let leaves = self.leaves.into_iter().map(leaf).collect::<Result<_>>()?;
        Ok(Sample { first: self.first, size: self.size, leaves })
    }
}

fn decoded(base64: &str) -> Result<Vec<u8>> {
    BASE64_STANDARD.decode(base64).map_err(|_| anyhow!("the sample is not in base64"))
}

fn bytes<const N: usize>(base64: &str) -> Result<[u8; N]> {
    decoded(base64)?.try_into().map_err(|_| anyhow!("the sample has bytes of another length"))
}
