use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use chrono::{DateTime, TimeDelta, Utc};
use kycvs::token::{
    Algorithm, ConsentReference, EvidenceKind, KeyFolder, KeyRing, MAX_JWKS_BYTES, SigningKeys, StatusClaims,
    TokenIssuer, TokenVerifier, VaccinationStatus,
};
use kycvs::{Clock, SystemClock};
use serde_json::json;
use url::Url;

use super::drill_device::DrillDevice;
use crate::cli::{self, Format};
use crate::config::{Configuration, Kept, SigningSettings};
use crate::ending::{Ending, words};
use crate::keys::Keys;
use crate::remote::Remote;

/// With which devices, and how they are taken away.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  kycvs keys drill --config /etc/kycvs/kycvs.toml \\
    --host https://one.example --host https://two.example
  kycvs keys drill --config kycvs.toml \\
    --kill 'systemctl stop hsm-proxy@$KYCVS_TOKEN' \\
    --restore 'systemctl start hsm-proxy@$KYCVS_TOKEN'

It makes its own keys in the same devices, runs a simulated clock through three rotations, signs tokens that no real gate accepts, verifies each with the newest key set and with the oldest that a gate may still have, and destroys the keys.

Exit status: 0 no good token was refused, 1 a step failed, 2 the drill could not begin.")]
pub(crate) struct Options {
    /// The configuration, with [stores] keys and [signing]
    #[arg(long, value_name = "FILE.toml", value_parser = cli::path())]
    config: PathBuf,
    /// The folder of the keys, if the configuration names none
    #[arg(long, value_name = "DIR", value_parser = cli::path())]
    keys: Option<PathBuf>,
    /// A server that must publish the current keys; repeat it for each
    #[arg(long, value_name = "URL")]
    host: Vec<Url>,
    /// A shell command that disconnects the token named by $KYCVS_TOKEN
    #[arg(long, value_name = "COMMAND", requires = "restore")]
    kill: Option<String>,
    /// A shell command that connects it again
    #[arg(long, value_name = "COMMAND", requires = "kill")]
    restore: Option<String>,
    /// Output format
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// How often tokens are signed, and for how many turns of a key and a half: a device is lost in the middle of one.
const LIFETIME: TimeDelta = TimeDelta::hours(24);
const STEP: TimeDelta = TimeDelta::hours(12);
const TURNS: i32 = 3;
/// When after each step: at once, and before and after the oldest key set is past its time.
const MOMENTS: [TimeDelta; 3] = [TimeDelta::zero(), TimeDelta::minutes(5), TimeDelta::minutes(12)];
/// How long a device may take to come back.
const COMES_BACK: Duration = Duration::from_secs(60);
const ISSUER: &str = "kycvs-drill";

/// Runs the drill.
pub(crate) async fn run(options: Options) -> Result<Ending> {
    let Kept { stores, signing, .. } = Configuration::read_kept(&options.config)?;
    let folder = options.keys.as_ref().or(stores.keys.as_ref()).context("[stores] has no `keys`: give --keys")?;
    let published = Keys::read(folder)?.known_signing()?.published(SystemClock.now());
    let temporary = tempfile::tempdir().context("a folder for the keys of the drill")?;
    let mut drill = Drill::new(&signing, temporary.path())?;
    let mut told = Told { format: options.format, begun: Instant::now() };
    let done = async {
        told.step("hosts", hosts(&options.host, &published).await)?;
        told.step("make", drill.make())?;
        told.step("rotate", drill.turn(None).await)?;
        told.step("kill", drill.kill(&options).await)?;
        told.step("restore", drill.come_back(&options).await)?;
        Ok::<_, Stopped>(())
    };
    let done = done.await;
    let cleared = told.step("destroy", drill.destroy());
    Ok(if done.is_ok() && cleared.is_ok() { Ending::Well } else { Ending::WithFaults })
}

/// A step failed, and said so.
struct Stopped;

/// Says how each step went.
struct Told {
    format: Format,
    begun: Instant,
}

impl Told {
    fn step(&mut self, name: &str, done: Result<String>) -> Result<(), Stopped> {
        let took = std::mem::replace(&mut self.begun, Instant::now()).elapsed().as_secs_f64();
        let is_ok = done.is_ok();
        let said = done.unwrap_or_else(|error| words(&error));
        let mut out = io::stdout().lock();
        // Where even this cannot be written, the status says it.
        let _ = match self.format {
            Format::Json => writeln!(out, "{}", json!({ "step": name, "ok": is_ok, "said": said, "seconds": took })),
            Format::Text => writeln!(out, "{} {name:<8} {said} ({took:.1} s)", if is_ok { "ok    " } else { "FAILED" }),
        };
        if is_ok { Ok(()) } else { Err(Stopped) }
    }
}

/// Every host publishes every key of today, so that a key that signs is known wherever a gate asks.
async fn hosts(hosts: &[Url], published: &KeyRing) -> Result<String> {
    for url in hosts {
        let remote = Remote::new(url, ".well-known/jwks.json", Duration::from_secs(10), MAX_JWKS_BYTES)?;
        let (status, jwks) = remote.call(None).await.map_err(|error| anyhow::anyhow!("{url}: {error}"))?;
        ensure!(status == 200, "{url} answers {status}");
        let keys = KeyRing::from_jwks(&jwks).with_context(|| url.to_string())?;
        let missing = published.iter().find(|key| keys.find(key.key_id().as_str()).is_none());
        if let Some(key) = missing {
            bail!("{url} does not publish the key {}", key.key_id());
        }
    }
    Ok(format!("{} publish all keys", hosts.len()))
}

/// An issuer of its own, whose time is the drill's.
struct Drill {
    folder: KeyFolder,
    issuer: Option<TokenIssuer>,
    device: Option<Arc<DrillDevice>>,
    /// One turn of a key.
    turn: TimeDelta,
    key_set_max_age: TimeDelta,
    now: DateTime<Utc>,
    /// What a gate may still go by.
    before: Option<SigningKeys>,
    alive: Vec<(DateTime<Utc>, String)>,
    killed: Option<String>,
}

impl Drill {
    fn new(signing: &SigningSettings, folder: &std::path::Path) -> Result<Self> {
        let policy = signing.policy();
        let (turn, key_set_max_age) = (policy.use_for, policy.key_set_max_age);
        let folder = KeyFolder::new(folder.join("signing"), Algorithm::Es256, policy)?;
        let device = signing.device()?.map(|device| Arc::new(DrillDevice::new(device)));
        let folder = device.iter().fold(folder, |folder, device| folder.in_device(device.clone()));
        let folder = if signing.has_standby() { folder.with_standby() } else { folder };
        let now = SystemClock.now();
        Ok(Self { folder, issuer: None, device, turn, key_set_max_age, now, before: None, alive: vec![], killed: None })
    }

    fn make(&mut self) -> Result<String> {
        let mut made = 0;
        loop {
            let kept = tokio::task::block_in_place(|| self.folder.keep(self.now))?;
            match &self.issuer {
                Some(issuer) => issuer.set_keys(kept.keys.clone()),
                None => self.issuer = Some(TokenIssuer::with_keys(ISSUER, kept.keys.clone())?),
            }
            self.before = Some(kept.keys);
            match kept.made {
                Some(_) => made += 1,
                None => break,
            }
            // The name of a key is its minute.
            self.now += TimeDelta::minutes(1);
        }
        // The first key set of all is with every gate by then.
        self.now += STEP;
        Ok(format!("{made} keys"))
    }

    /// Lets keys take turns, and asks gates about each token that is alive.
    async fn turn(&mut self, away: Option<&str>) -> Result<String> {
        let issuer = self.issuer.clone().context("there is no key")?;
        let (by_standby, end) = (issuer.signed_by_standby(), self.now + self.turn * TURNS + self.turn / 2);
        let (mut tokens, mut signers) = (0, std::collections::BTreeSet::new());
        while self.now < end {
            let keys = tokio::task::block_in_place(|| self.folder.keep(self.now))?.keys;
            issuer.set_keys(keys.clone());
            let begun = self.now;
            for moment in MOMENTS {
                self.now = begun + moment;
                signers.insert(keys.signing(self.now).public_key().key_id().clone());
                let token = issuer.issue(&probe(self.now)).await;
                let token = token.with_context(|| match away {
                    Some(away) => format!("no token was signed while {away} was away: is there a second token?"),
                    None => "no token was signed".to_owned(),
                })?;
                self.alive.push((self.now + LIFETIME, token.token.as_str().to_owned()));
                self.ask_gates(&keys)?;
                tokens += 1;
            }
            self.before = Some(keys);
            self.now = begun + STEP;
        }
        let by_standby = issuer.signed_by_standby() - by_standby;
        Ok(format!("{tokens} tokens by {} keys, {by_standby} of them by a standby, none refused", signers.len()))
    }

    /// Every token that is alive, at a gate with the newest key set and at one with the oldest that it may have.
    fn ask_gates(&mut self, keys: &SigningKeys) -> Result<()> {
        let now = self.now;
        self.alive.retain(|(until, _)| *until > now);
        let oldest = self.before.as_ref().unwrap_or(keys).published(now - self.key_set_max_age);
        for (name, ring) in [("newest", keys.published(now)), ("oldest", oldest)] {
            let verifier = TokenVerifier::new(ISSUER, ring);
            for (_, token) in &self.alive {
                verifier
                    .verify(token, "drill", now)
                    .with_context(|| format!("a gate with the {name} key set refused a good token at {now}"))?;
            }
        }
        Ok(())
    }

    /// Takes the device away whose key signs, for as long as three turns.
    async fn kill(&mut self, options: &Options) -> Result<String> {
        let Some(device) = self.device.clone() else {
            return Ok("skipped: keys are files, and there is no device".to_owned());
        };
        let keys = self.before.as_ref().context("there is no key")?;
        let token = device.token_of(keys.signing(self.now).public_key()).context("the key is in no device")?;
        match &options.kill {
            Some(command) => tokio::task::block_in_place(|| shell(command, &token))?,
            None => bail!("give --kill and --restore: commands that take {token} away and bring it back"),
        }
        self.killed = Some(token.clone());
        let said = self.turn(Some(&token)).await?;
        Ok(format!("{token} was away: {said}"))
    }

    /// Brings the device back, and waits until its key signs again.
    async fn come_back(&mut self, options: &Options) -> Result<String> {
        let Some((device, token)) = self.device.clone().zip(self.killed.take()) else {
            return Ok("skipped".to_owned());
        };
        if let Some(command) = &options.restore {
            tokio::task::block_in_place(|| shell(command, &token))?;
        }
        let begun = Instant::now();
        while let Err(error) = device.probe(&token).await {
            ensure!(begun.elapsed() < COMES_BACK, "{token} does not sign again: {}", words(&error));
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        let said = self.turn(None).await?;
        Ok(format!("{token} signs again: {said}"))
    }

    /// Leaves nothing in a device, whatever came before.
    fn destroy(&self) -> Result<String> {
        let Some(device) = &self.device else { return Ok("the keys were files".to_owned()) };
        let destroyed = tokio::task::block_in_place(|| device.destroy_all())?;
        Ok(format!("{destroyed} keys"))
    }
}

/// What nobody asked for, of nobody.
fn probe(now: DateTime<Utc>) -> StatusClaims {
    StatusClaims {
        audience: "drill".to_owned(),
        subject: "nobody".to_owned(),
        token_id: format!("drill-{}", now.timestamp()),
        issued_at: now,
        expires_at: now + LIFETIME,
        status: VaccinationStatus::NotVaccinated,
        as_of: now.date_naive(),
        evidence: EvidenceKind::Registry,
        policy: "drill/1".to_owned(),
        purpose: "drill".to_owned(),
        reference: None,
        consent: ConsentReference { id: "drill".to_owned(), hash: "drill".to_owned() },
        bearer: None,
        status_list: None,
    }
}

fn shell(command: &str, token: &str) -> Result<()> {
    let status = std::process::Command::new("sh").args(["-c", command]).env("KYCVS_TOKEN", token).status();
    let status = status.context("sh")?;
    ensure!(status.success(), "the command ended with {status}: {command}");
    Ok(())
}
