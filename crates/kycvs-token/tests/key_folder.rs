//! Keys that change by the calendar, on several hosts, and no good token is refused for it.
#![cfg(unix)]

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::{Arc, Mutex};

use crate::support::{AUDIENCE, ISSUER, block_on, claims, now};
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use kycvs_token::{
    Algorithm, DeviceKey, KeptKeys, KeyDevice, KeyFolder, KeyFolderError, KeyRing, KeyRingError, PublicKey,
    RotationPolicy, SecretFile, SecretFileError, Signer, SignerError, SigningKey, SigningKeysError, StatusClaims,
    TokenIssuer, TokenVerifier,
};

fn policy() -> RotationPolicy {
    RotationPolicy {
        publish_before_use: TimeDelta::hours(2),
        use_for: TimeDelta::hours(12),
        longest_token: TimeDelta::hours(6),
        key_set_max_age: TimeDelta::minutes(30),
        clock_skew: TimeDelta::seconds(60),
    }
}

fn folder_in(path: &Path) -> KeyFolder {
    KeyFolder::new(path.join("keys"), Algorithm::EdDsa, policy()).unwrap()
}

fn names(path: &Path) -> Vec<String> {
    let files = fs::read_dir(path.join("keys")).unwrap();
    let mut names: Vec<_> = files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn after(minutes: i64) -> DateTime<Utc> {
    now() + TimeDelta::minutes(minutes)
}

fn published(kept: &KeptKeys, now: DateTime<Utc>) -> usize {
    kept.keys.published(now).iter().count()
}

#[test]
fn a_key_that_cannot_be_read_is_an_error_and_not_a_key_that_was_retired() {
    let temporary = tempfile::tempdir().unwrap();
    let folder = folder_in(temporary.path());
    folder.keep(now()).unwrap();
    let endless = temporary.path().join("keys/20240101T000000Z.eddsa.pk8");
    std::os::unix::fs::symlink(&endless, &endless).unwrap();
    assert!(matches!(folder.load(), Err(KeyFolderError::File(SecretFileError::Io { path, .. })) if path == endless));
}

/// Two hosts of one folder, each by its own timetable; a gate that keeps the key set of either for as long as it may. For
/// four days, each token that a host signs verifies at the gate until it ends.
#[test]
fn two_hosts_change_keys_and_no_good_token_is_refused() {
    let temporary = tempfile::tempdir().unwrap();
    let hosts = [6, 24].map(|every| (every, folder_in(temporary.path())));
    let issuers =
        hosts.each_ref().map(|(_, folder)| TokenIssuer::with_keys(ISSUER, folder.keep(now()).unwrap().keys).unwrap());
    let mut gate = (now() - TimeDelta::days(1), issuers[0].published_keys(now()));
    let mut living: Vec<(DateTime<Utc>, String)> = Vec::new();
    let mut signed_by = std::collections::BTreeSet::new();
    for minutes in (0..4 * 24 * 60).step_by(3) {
        let now = after(minutes);
        for ((every, folder), issuer) in hosts.iter().zip(&issuers) {
            if minutes % every == 0 {
                issuer.set_keys(folder.keep(now).unwrap().keys);
            }
        }
        if now - gate.0 >= policy().key_set_max_age {
            gate = (now, issuers[usize::from(minutes % 60 < 30)].published_keys(now));
        }
        if minutes % 9 == 0 {
            let issuer = &issuers[usize::try_from(minutes / 9 % 2).unwrap()];
            let claims = StatusClaims { issued_at: now, expires_at: now + policy().longest_token, ..claims() };
            let token = block_on(issuer.issue(&claims)).unwrap().token.into_string();
            signed_by.insert(token.split('.').next().unwrap().to_owned());
            living.push((claims.expires_at, token));
        }
        living.retain(|(end, _)| *end > now);
        // The first token and the last, and one more by turns: those whose keys are next to go and to come.
        let turn = usize::try_from(minutes).unwrap() % living.len();
        for (_, token) in [living.first(), living.get(turn), living.last()].into_iter().flatten() {
            let verifier = TokenVerifier::new(ISSUER, gate.1.clone());
            assert_eq!(verifier.verify(token, AUDIENCE, now).err(), None, "minute {minutes}");
        }
    }
    assert!(signed_by.len() >= 7, "a key each twelve hours: {}", signed_by.len());
    assert!(names(temporary.path()).len() <= 3, "those that no token needs are gone: {:?}", names(temporary.path()));
}

#[test]
fn a_new_folder_gets_one_key_that_only_its_owner_can_read() {
    let temporary = tempfile::tempdir().unwrap();
    let kept = folder_in(temporary.path()).keep(after(0) + TimeDelta::seconds(1)).unwrap();
    assert_eq!(names(temporary.path()), ["20220101T000100Z.eddsa.pk8"]);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&temporary.path().join("keys")), 0o700);
    assert_eq!(mode(&temporary.path().join("keys/20220101T000100Z.eddsa.pk8")), 0o600);
    let signing = kept.keys.signing(now()).public_key().key_id().clone();
    assert_eq!((kept.made, kept.retired), (Some(signing), Vec::new()));
}

#[test]
fn hosts_that_start_in_the_same_minute_find_one_key() {
    let temporary = tempfile::tempdir().unwrap();
    let start = |seconds| folder_in(temporary.path()).keep(after(0) + TimeDelta::seconds(seconds)).unwrap();
    let keys = std::thread::scope(|scope| {
        let hosts: Vec<_> = (1..9).map(|seconds| scope.spawn(move || start(seconds))).collect();
        hosts.into_iter().map(|host| host.join().unwrap().keys).collect::<Vec<_>>()
    });
    let ids: std::collections::BTreeSet<_> =
        keys.iter().map(|keys| keys.signing(after(1)).public_key().key_id().clone()).collect();
    assert_eq!((ids.len(), names(temporary.path()).len()), (1, 1));
}

#[test]
fn the_next_key_is_made_when_it_is_due_and_signs_when_every_gate_has_it() {
    let temporary = tempfile::tempdir().unwrap();
    let folder = folder_in(temporary.path());
    let first = folder.keep(now()).unwrap().made.unwrap();
    let due = 10 * 60; // twelve hours of use, less two of publication
    assert_eq!(folder.keep(after(due - 1)).unwrap().made, None);
    let kept = folder.keep(after(due)).unwrap();
    let second = kept.made.clone().unwrap();
    assert_eq!(published(&kept, after(due)), 2);
    assert_eq!(folder.keep(after(due + 1)).unwrap().made, None, "one is enough");
    let signs = |minutes| kept.keys.signing(after(minutes)).public_key().key_id().clone();
    assert_eq!((signs(12 * 60 - 1), signs(12 * 60)), (first.clone(), second));

    // Six hours of tokens, thirty minutes of key sets, a minute of clocks.
    let over = 12 * 60 + 6 * 60 + 31;
    assert_eq!(folder.keep(after(over - 1)).unwrap().retired, []);
    let kept = folder.keep(after(over)).unwrap();
    assert_eq!((kept.retired.clone(), published(&kept, after(over))), (vec![first], 1));
    assert_eq!(names(temporary.path()).len(), 1);
}

#[test]
fn a_host_that_was_down_goes_on_with_its_last_key_until_the_next_is_known() {
    let temporary = tempfile::tempdir().unwrap();
    let folder = folder_in(temporary.path());
    let first = folder.keep(now()).unwrap().made.unwrap();
    let late = 40 * 24 * 60;
    let kept = folder.keep(after(late)).unwrap();
    let signs = |minutes| kept.keys.signing(after(minutes)).public_key().key_id().clone();
    assert_eq!((signs(late), signs(late + 119)), (first.clone(), first));
    assert_eq!(signs(late + 120), kept.made.clone().unwrap());
}

#[test]
fn a_key_or_folder_that_is_open_to_others_is_refused() {
    let temporary = tempfile::tempdir().unwrap();
    let folder = folder_in(temporary.path());
    folder.keep(now()).unwrap();
    let (keys, key) = (temporary.path().join("keys"), temporary.path().join("keys").join(&names(temporary.path())[0]));
    let set = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    let refused = || matches!(folder.keep(now()), Err(KeyFolderError::File(SecretFileError::OpenToOthers { .. })));
    for mode in [0o640, 0o604, 0o620, 0o602] {
        set(&key, mode);
        assert!(refused(), "{mode:o}");
    }
    set(&key, 0o600);
    for mode in [0o720, 0o702] {
        set(&keys, mode);
        assert!(refused(), "{mode:o}");
    }
    set(&keys, 0o755);
    assert!(folder.keep(now()).is_ok());
}

#[test]
fn a_secret_that_is_too_long_is_neither_written_nor_read_in_part() {
    let temporary = tempfile::tempdir().unwrap();
    let path = temporary.path().join("secret");
    let file = SecretFile::new(&path);
    let is_too_long = |error| {
        let SecretFileError::Io { source, .. } = error else { return false };
        source.kind() == std::io::ErrorKind::FileTooLarge
    };
    assert!(is_too_long(file.write(&[7; 4097]).unwrap_err()) && !path.exists());
    assert!(file.write(&[7; 4096]).unwrap());
    assert_eq!(file.read().unwrap().unwrap().len(), 4096);
    fs::write(&path, [7; 4097]).unwrap();
    assert!(is_too_long(file.read().unwrap_err()));
}

#[test]
fn what_is_no_key_is_named_and_nothing_is_made_or_deleted() {
    let temporary = tempfile::tempdir().unwrap();
    let folder = folder_in(temporary.path());
    folder.keep(now()).unwrap();
    let write = |name: &str, bytes: &[u8]| {
        let path = temporary.path().join("keys").join(name);
        fs::write(&path, bytes).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        path
    };
    for name in [
        "signing.pk8",
        "20220101T000000Z.rsa.pk8",
        "20220101T000000Z.pk8",
        "2022-01-01.eddsa.pk8",
        "20220230T000000Z.eddsa.pk8",
    ] {
        let path = write(name, b"");
        assert!(matches!(folder.keep(after(1_000_000)), Err(KeyFolderError::Name { path: told }) if told == path));
        fs::remove_file(path).unwrap();
    }
    for bytes in [&b""[..], b"not DER", &[0x30; 4096]] {
        let path = write("20220102T000000Z.eddsa.pk8", bytes);
        assert!(matches!(folder.keep(after(1_000_000)), Err(KeyFolderError::Key { path: told, .. }) if told == path));
        fs::remove_file(path).unwrap();
    }
    write("README", b"what these are");
    write(".draft.pk8", b"half a key");
    assert_eq!(names(temporary.path()).len(), 3);
    assert!(folder.load().is_ok());
}

#[test]
fn a_key_of_the_other_algorithm_takes_over_in_its_turn() {
    let temporary = tempfile::tempdir().unwrap();
    folder_in(temporary.path()).keep(now()).unwrap();
    let other = KeyFolder::new(temporary.path().join("keys"), Algorithm::Es256, policy()).unwrap();
    let kept = other.keep(after(600)).unwrap();
    let algorithm = |minutes| kept.keys.signing(after(minutes)).public_key().algorithm();
    assert_eq!((algorithm(719), algorithm(720)), (Algorithm::EdDsa, Algorithm::Es256));
}

#[test]
fn a_folder_has_bounds_and_a_key_in_it_once() {
    let temporary = tempfile::tempdir().unwrap();
    let folder = folder_in(temporary.path());
    folder.keep(now()).unwrap();
    let key = fs::read(temporary.path().join("keys").join(&names(temporary.path())[0])).unwrap();
    let write = |at: usize, bytes: &[u8]| {
        let path = temporary.path().join(format!("keys/202201{:02}T{:02}0000Z.eddsa.pk8", 2 + at / 24, at % 24));
        fs::write(&path, bytes).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    };
    let refusal = || match folder.load() {
        Err(KeyFolderError::Schedule(SigningKeysError::Keys(error))) => error,
        other => panic!("{other:?}"),
    };
    write(0, &key);
    assert_eq!(refusal(), KeyRingError::DuplicateKey);
    for at in 0..64 {
        write(at, SigningKey::generate_pkcs8(Algorithm::EdDsa).unwrap().secret_bytes());
    }
    assert_eq!(refusal(), KeyRingError::TooManyKeys);
}

#[test]
fn a_folder_without_a_key_loads_none_and_one_that_is_not_there_is_an_error() {
    let temporary = tempfile::tempdir().unwrap();
    let folder = folder_in(temporary.path());
    assert!(matches!(folder.load(), Err(KeyFolderError::File(SecretFileError::Io { .. }))));
    fs::create_dir(temporary.path().join("keys")).unwrap();
    assert!(matches!(folder.load(), Err(KeyFolderError::Schedule(SigningKeysError::Keys(KeyRingError::NoKey)))));
    let wrong = RotationPolicy { use_for: TimeDelta::zero(), ..policy() };
    assert_eq!(KeyFolder::new("keys", Algorithm::EdDsa, wrong).unwrap_err().field, "publish_before_use");
}

#[test]
fn no_error_or_debug_shows_a_key() {
    let temporary = tempfile::tempdir().unwrap();
    let folder = folder_in(temporary.path());
    let kept = folder.keep(now()).unwrap();
    let shown = format!("{folder:?} {kept:?}");
    assert!(!shown.contains("[48") && KeyRing::from_jwks(&kept.keys.published(now()).to_jwks()).is_ok(), "{shown}");
}

/// Two devices, whose keys are in memory; `away` is the one that cannot be reached.
#[derive(Debug, Default)]
struct Devices {
    keys: Mutex<BTreeMap<String, Arc<SigningKey>>>,
    away: Mutex<Option<char>>,
}

impl Devices {
    fn reach(&self, device: char) -> Result<(), SignerError> {
        if *self.away.lock().unwrap() == Some(device) { Err(SignerError::new("away")) } else { Ok(()) }
    }

    fn labels(&self) -> Vec<String> {
        self.keys.lock().unwrap().keys().cloned().collect()
    }
}

/// A key by its name in one of them.
struct InDevice(Arc<Devices>, DeviceKey);

#[async_trait]
impl Signer for InDevice {
    fn public_key(&self) -> &PublicKey {
        &self.1.public
    }

    async fn sign(&self, message: &[u8]) -> Result<[u8; 64], SignerError> {
        self.0.reach(self.1.place.chars().next().unwrap())?;
        let key = self.0.keys.lock().unwrap().get(&self.1.place).cloned().ok_or_else(|| SignerError::new("no key"))?;
        key.sign(message).await
    }
}

#[derive(Debug)]
struct Reached(Arc<Devices>);

impl KeyDevice for Reached {
    fn make(&self, algorithm: Algorithm, newest: Option<&DeviceKey>) -> Result<DeviceKey, SignerError> {
        let [first, second] =
            if newest.is_some_and(|newest| newest.place.starts_with('a')) { ['b', 'a'] } else { ['a', 'b'] };
        let device = if self.0.reach(first).is_ok() { first } else { second };
        self.0.reach(device)?;
        let key = Arc::new(SigningKey::generate(algorithm).unwrap());
        let mut keys = self.0.keys.lock().unwrap();
        let place = format!("{device}{}", key.public_key().key_id());
        keys.insert(place.clone(), key.clone());
        Ok(DeviceKey { public: key.public_key().clone(), place })
    }

    fn signer(&self, key: &DeviceKey) -> Result<Arc<dyn Signer>, SignerError> {
        Ok(Arc::new(InDevice(self.0.clone(), key.clone())))
    }

    fn destroy(&self, key: &DeviceKey) -> Result<(), SignerError> {
        self.0.reach(key.place.chars().next().unwrap())?;
        self.0.keys.lock().unwrap().remove(&key.place);
        Ok(())
    }
}

/// Keys move from files into devices while tokens are signed, a device is away for a while, and keys are retired: every token that is
/// good is accepted, by a gate with the newest key set and by one with the oldest that it may go by.
#[test]
fn keys_move_into_devices_and_no_good_token_is_refused() {
    let (temporary, devices) = (tempfile::tempdir().unwrap(), Arc::new(Devices::default()));
    // Of each two keys, one waits for its turn all the time.
    let policy = RotationPolicy { publish_before_use: TimeDelta::hours(12), ..policy() };
    let files = KeyFolder::new(temporary.path().join("keys"), Algorithm::EdDsa, policy).unwrap();
    let folder = files.clone().in_device(Arc::new(Reached(devices.clone()))).with_standby();
    let issuer = TokenIssuer::with_keys(ISSUER, files.keep(now()).unwrap().keys).unwrap();
    let (mut key_sets, mut alive) = (Vec::new(), Vec::new());
    for step in 0..6 * 32 {
        let at = after(step * 30);
        *devices.away.lock().unwrap() =
            [None, None, Some('a'), None, Some('b'), None][usize::try_from(step / 32 % 6).unwrap()];
        issuer.set_keys(folder.keep(at).unwrap().keys);
        key_sets.push(issuer.published_keys(at));
        let claims = StatusClaims { issued_at: at, expires_at: at + TimeDelta::hours(6), ..claims() };
        alive.push((
            claims.expires_at,
            block_on(issuer.issue(&claims)).expect("the device, or the one that stands by").token,
        ));
        alive.retain(|(until, _)| *until > at);
        let oldest = key_sets.len().saturating_sub(2); // thirty minutes
        for keys in [&key_sets[oldest], &key_sets[key_sets.len() - 1]] {
            let verifier = TokenVerifier::new(ISSUER, keys.clone());
            for (_, token) in &alive {
                verifier.verify(token.as_str(), AUDIENCE, at).unwrap();
            }
        }
    }
    assert!(issuer.signed_by_standby() > 30, "{}", issuer.signed_by_standby());
    assert!(names(temporary.path()).iter().all(|name| name.ends_with(".eddsa.device")), "the file is retired");
    assert!(devices.labels().len() <= 4, "retired keys are destroyed: {:?}", devices.labels());
}

/// A process without the device publishes its keys and signs nothing, and makes no file in the place of a key in hardware.
#[test]
fn without_its_device_a_key_is_published_and_none_is_made() {
    let (temporary, devices) = (tempfile::tempdir().unwrap(), Arc::new(Devices::default()));
    let made = folder_in(temporary.path()).in_device(Arc::new(Reached(devices))).keep(now()).unwrap();
    let without = folder_in(temporary.path());
    let keys = without.load().unwrap();
    assert_eq!(keys.published(now()).to_jwks(), made.keys.published(now()).to_jwks());
    assert!(block_on(keys.signing(now()).sign(b"text")).is_err());
    assert!(matches!(without.keep(after(600)), Err(KeyFolderError::NoDevice)));
    assert_eq!(names(temporary.path()), ["20220101T000000Z.eddsa.device"]);
    let note = temporary.path().join("keys/20220101T000000Z.eddsa.device");
    for text in ["", "{}", r#"{"public":"AA","place":""}"#, r#"{"public":"AA","place":"","more":1}"#] {
        fs::write(&note, text).unwrap();
        assert!(matches!(without.load(), Err(KeyFolderError::Note { path }) if path == note), "{text}");
    }
}
