//! Keys in SoftHSM2, and what happens to devices.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test fails by panicking

use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use cryptoki::context::Pkcs11;
use cryptoki::session::UserType;
use kycvs_pkcs11::{Pin, Pkcs11Error, Pkcs11Key, Pkcs11Keys, Pkcs11Module, Pkcs11Options, Pkcs11Signer, Pkcs11Token};
use kycvs_test_servers::SoftHsm;
use kycvs_token::{Algorithm, DeviceKey, KeyDevice, Signer, SigningKey};
use zeroize::Zeroizing;

const PIN: &str = "246810";

fn pin(text: &'static str) -> Pin {
    Pin::from_fn(move || Ok(Zeroizing::new(text.to_owned())))
}

fn token(label: &str) -> Pkcs11Token {
    Pkcs11Token::new(&module(), label, pin(PIN))
}

/// The module, loaded once: each test has a process of its own.
fn module() -> Pkcs11Module {
    static MODULE: OnceLock<Pkcs11Module> = OnceLock::new();
    MODULE.get_or_init(|| Pkcs11Module::load(SoftHsm::MODULE).unwrap()).clone()
}

fn key(token: Pkcs11Token) -> Pkcs11Key {
    Pkcs11Key { token, label: "2026-12".into() }
}

fn open(token: Pkcs11Token) -> Result<Pkcs11Signer, Pkcs11Error> {
    Pkcs11Signer::open([key(token)], Pkcs11Options::default())
}

/// A token `kycvs` with a key of P-256.
fn with_key(hsm: &SoftHsm) -> Pkcs11Token {
    hsm.init_token("kycvs", PIN);
    let token = token("kycvs");
    token.generate("2026-12", Algorithm::Es256).unwrap();
    token
}

#[track_caller]
fn signs(signer: &Pkcs11Signer) {
    let signature = sign(signer).unwrap();
    assert!(signer.public_key().verifies(b"a message", &signature));
}

/// What a device said, by its variant.
fn sign(signer: &Pkcs11Signer) -> Result<[u8; 64], String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(signer.sign(b"a message")).map_err(|error| format!("{error:?}"))
}

fn pem(der: &[u8]) -> String {
    format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", BASE64_STANDARD.encode(der))
}

#[test]
fn a_key_in_a_token_signs_with_either_algorithm() {
    SoftHsm::in_its_own_process("a_key_in_a_token_signs_with_either_algorithm", |hsm| {
        let token = with_key(hsm);
        let made = token.generate("log", Algorithm::EdDsa).unwrap();
        assert_eq!(token.keys().unwrap(), ["2026-12", "log"]);
        assert!(
            matches!(token.generate("log", Algorithm::EdDsa), Err(Pkcs11Error::NoKey { .. })),
            "the label is taken"
        );
        signs(&open(token.clone()).unwrap());
        let log = Pkcs11Signer::open([Pkcs11Key { token, label: "log".into() }], Pkcs11Options::default()).unwrap();
        assert_eq!(log.public_key(), &made);
        signs(&log);
    });
}

#[test]
fn a_key_or_a_token_that_is_not_there_is_named() {
    SoftHsm::in_its_own_process("a_key_or_a_token_that_is_not_there_is_named", |hsm| {
        hsm.init_token("kycvs", PIN);
        assert!(matches!(open(token("kycvs")), Err(Pkcs11Error::NoKey { label }) if label == "2026-12"));
        assert!(matches!(open(token("other")), Err(Pkcs11Error::NoToken { token }) if token == "other"));
        assert!(matches!(Pkcs11Module::load("/nowhere.so"), Err(Pkcs11Error::Device(_))));
        let missing = Pkcs11Token::new(&module(), "kycvs", Pin::file("/nowhere/pin"));
        assert!(matches!(open(missing), Err(Pkcs11Error::PinUnreadable(_))));
    });
}

/// A wrong PIN is sent once, by whatever asks and however often.
#[test]
fn a_wrong_pin_is_never_retried() {
    SoftHsm::in_its_own_process("a_wrong_pin_is_never_retried", |hsm| {
        with_key(hsm);
        let sent = Arc::new(AtomicUsize::new(0));
        let counted = sent.clone();
        let wrong = Pin::from_fn(move || {
            counted.fetch_add(1, Ordering::Relaxed);
            Ok(Zeroizing::new("135790".to_owned()))
        });
        // The login of one session is the process's: the sessions of `with_key` are closed by now.
        let token = Pkcs11Token::new(&module(), "kycvs", wrong);
        for _ in 0..5 {
            assert!(matches!(open(token.clone()), Err(Pkcs11Error::PinRefused { token }) if token == "kycvs"));
            assert!(matches!(token.keys(), Err(Pkcs11Error::PinRefused { .. })));
        }
        assert_eq!(sent.load(Ordering::Relaxed), 1);
    });
}

/// The PIN was changed while the signer lives: the first login with the old one is the last.
#[test]
fn a_pin_that_is_changed_ends_the_signer() {
    SoftHsm::in_its_own_process("a_pin_that_is_changed_ends_the_signer", |hsm| {
        with_key(hsm);
        let sent = Arc::new(AtomicUsize::new(0));
        let counted = sent.clone();
        let pin = Pin::from_fn(move || {
            let is_first = counted.fetch_add(1, Ordering::Relaxed) == 0;
            Ok(Zeroizing::new(if is_first { PIN } else { "135790" }.to_owned()))
        });
        let signer = open(Pkcs11Token::new(&module(), "kycvs", pin)).unwrap();
        signs(&signer);
        log_out_elsewhere();
        for _ in 0..5 {
            assert!(sign(&signer).unwrap_err().contains("PinRefused"));
        }
        assert_eq!(sent.load(Ordering::Relaxed), 2);
    });
}

/// Ends the login, which all sessions of a process share.
fn log_out_elsewhere() {
    let module = Pkcs11::new(SoftHsm::MODULE).unwrap();
    let slot = module.get_slots_with_initialized_token().unwrap()[0];
    let session = module.open_ro_session(slot).unwrap();
    session.logout().unwrap();
    assert!(session.login(UserType::User, Some(&"000000".to_owned().into())).is_err());
}

/// A module may crash under a thread that is still in it when the process ends.
#[test]
fn the_threads_of_a_signer_end_before_it_is_gone() {
    SoftHsm::in_its_own_process("the_threads_of_a_signer_end_before_it_is_gone", |hsm| {
        with_key(hsm);
        let held = Arc::new(());
        for _ in 0..20 {
            let by_threads = held.clone();
            let pin = Pin::from_fn(move || {
                let _ = &by_threads;
                Ok(Zeroizing::new(PIN.to_owned()))
            });
            let options = Pkcs11Options { sessions: 4.try_into().unwrap(), ..Pkcs11Options::default() };
            let signer = Pkcs11Signer::open([key(Pkcs11Token::new(&module(), "kycvs", pin))], options).unwrap();
            signs(&signer);
            drop(signer);
            assert_eq!(Arc::strong_count(&held), 1);
        }
    });
}

#[test]
fn a_signer_that_was_logged_out_logs_in_and_goes_on() {
    SoftHsm::in_its_own_process("a_signer_that_was_logged_out_logs_in_and_goes_on", |hsm| {
        let signer = open(with_key(hsm)).unwrap();
        for _ in 0..3 {
            signs(&signer);
            log_out_elsewhere();
        }
        signs(&signer);
    });
}

#[test]
fn a_token_that_was_lost_signs_again_when_it_is_back() {
    SoftHsm::in_its_own_process("a_token_that_was_lost_signs_again_when_it_is_back", |hsm| {
        let signer = open(with_key(hsm)).unwrap();
        signs(&signer);
        let away = hsm.tokens().with_file_name("away");
        for _ in 0..2 {
            fs::rename(hsm.tokens(), &away).unwrap();
            assert!(sign(&signer).is_err() && sign(&signer).is_err());
            fs::rename(&away, hsm.tokens()).unwrap();
            signs(&signer);
        }
    });
}

/// One key in two tokens: the second signs when the first is lost, within the time limit, and it stays with it.
#[test]
fn the_second_token_signs_when_the_first_is_lost() {
    SoftHsm::in_its_own_process("the_second_token_signs_when_the_first_is_lost", |hsm| {
        let pem = pem(SigningKey::generate_pkcs8(Algorithm::Es256).unwrap().secret_bytes());
        hsm.init_token("first", PIN);
        let first = fs::read_dir(hsm.tokens()).unwrap().next().unwrap().unwrap().path();
        hsm.init_token("second", PIN);
        hsm.import("first", PIN, "2026-12", &pem);
        hsm.import("second", PIN, "2026-12", &pem);
        let places = || [key(token("first")), key(token("second"))];
        let signer = Pkcs11Signer::open(places(), Pkcs11Options::default()).unwrap();
        signs(&signer);
        let away = hsm.tokens().with_file_name("away");
        fs::rename(&first, &away).unwrap();
        signs(&signer);
        signs(&Pkcs11Signer::open(places(), Pkcs11Options::default()).unwrap());
        fs::rename(&away, &first).unwrap();
        signs(&signer);
    });
}

/// The keys of two tokens of one module take turns. A token that was lost is found again, although the other one is in use all the
/// time: who uses it lets go for a moment.
#[test]
fn a_lost_token_is_found_again_while_the_other_one_is_in_use() {
    SoftHsm::in_its_own_process("a_lost_token_is_found_again_while_the_other_one_is_in_use", |hsm| {
        hsm.init_token("first", PIN);
        let first = fs::read_dir(hsm.tokens()).unwrap().next().unwrap().unwrap().path();
        hsm.init_token("second", PIN);
        let keys = Pkcs11Keys::new(vec![token("first"), token("second")], Pkcs11Options::default());
        let one = keys.make(Algorithm::Es256, None).unwrap();
        let two = keys.make(Algorithm::Es256, Some(&one)).unwrap();
        assert_eq!((one.device(), two.device()), ("first", "second"));
        assert_eq!(keys.make(Algorithm::EdDsa, Some(&two)).unwrap().device(), "first");
        let (one_signs, two_signs) = (keys.signer(&one).unwrap(), keys.signer(&two).unwrap());
        let signs = |signer: &dyn Signer| {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
            runtime.block_on(signer.sign(b"a message")).is_ok()
        };
        assert!(signs(&*one_signs) && signs(&*two_signs));
        for _ in 0..2 {
            let away = hsm.tokens().with_file_name("away");
            fs::rename(&first, &away).unwrap();
            for _ in 0..20 {
                assert!(!signs(&*one_signs));
                assert!(signs(&*two_signs), "a token that is there signs, whatever is restarted");
            }
            assert_eq!(keys.make(Algorithm::Es256, Some(&two)).unwrap().device(), "second", "the one that is there");
            fs::rename(&away, &first).unwrap();
            let begun = Instant::now();
            while !signs(&*one_signs) {
                assert!(signs(&*two_signs));
                assert!(begun.elapsed() < Duration::from_secs(30), "never found again");
                thread::sleep(Duration::from_millis(100));
            }
            assert!(signs(&*two_signs));
        }
        keys.destroy(&one).unwrap();
        keys.destroy(&one).unwrap();
        assert!(!signs(&*keys.signer(&one).unwrap()));
        let elsewhere = DeviceKey { place: "label@third".to_owned(), ..two };
        assert!(keys.signer(&elsewhere).is_err());
    });
}

/// A second token with another key of the same label: nothing that it signs leaves.
#[test]
fn a_signature_by_another_key_never_leaves() {
    SoftHsm::in_its_own_process("a_signature_by_another_key_never_leaves", |hsm| {
        let pem = || pem(SigningKey::generate_pkcs8(Algorithm::Es256).unwrap().secret_bytes());
        hsm.init_token("first", PIN);
        let first = fs::read_dir(hsm.tokens()).unwrap().next().unwrap().unwrap().path();
        hsm.init_token("second", PIN);
        hsm.import("first", PIN, "2026-12", &pem());
        hsm.import("second", PIN, "2026-12", &pem());
        let places = [key(token("first")), key(token("second"))];
        let signer = Pkcs11Signer::open(places, Pkcs11Options::default()).unwrap();
        signs(&signer);
        fs::rename(&first, hsm.tokens().with_file_name("away")).unwrap();
        assert!(sign(&signer).unwrap_err().contains("NotItsSignature"));
    });
}

/// Of many at once, those that find no room are refused at once, and the others are signed.
#[test]
fn a_full_queue_refuses_at_once() {
    SoftHsm::in_its_own_process("a_full_queue_refuses_at_once", |hsm| {
        let options = Pkcs11Options { queue: 4.try_into().unwrap(), ..Pkcs11Options::default() };
        let signer = Arc::new(Pkcs11Signer::open([key(with_key(hsm))], options).unwrap());
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_time().build().unwrap();
        let calls: Vec<_> = (0..200)
            .map(|_| {
                let signer = signer.clone();
                runtime.spawn(async move { signer.sign(b"a message").await.map_err(|error| format!("{error:?}")) })
            })
            .collect();
        let answers: Vec<_> = calls.into_iter().map(|call| runtime.block_on(call).unwrap()).collect();
        let (signed, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
        assert!(signed.len() >= 4 && refused.len() >= 100, "{} signed, {} refused", signed.len(), refused.len());
        assert!(refused.into_iter().all(|answer| answer.unwrap_err().contains("Busy")));
        for signature in signed {
            assert!(signer.public_key().verifies(b"a message", &signature.unwrap()));
        }
    });
}

/// A device that hangs, here in its login, holds nobody up for longer than the limit, and what nobody waits for is not signed.
#[test]
fn a_device_that_hangs_is_given_up_in_time() {
    SoftHsm::in_its_own_process("a_device_that_hangs_is_given_up_in_time", |hsm| {
        with_key(hsm);
        let logins = Arc::new(AtomicUsize::new(0));
        let counted = logins.clone();
        let slow = Pin::from_fn(move || {
            if counted.fetch_add(1, Ordering::Relaxed) == 1 {
                thread::sleep(Duration::from_secs(10));
            }
            Ok(Zeroizing::new(PIN.to_owned()))
        });
        let token = Pkcs11Token::new(&module(), "kycvs", slow);
        let options = Pkcs11Options { time_limit: Duration::from_millis(300), ..Pkcs11Options::default() };
        let signer = Pkcs11Signer::open([key(token)], options).unwrap();
        log_out_elsewhere();
        for _ in 0..2 {
            let begun = Instant::now();
            assert!(sign(&signer).unwrap_err().contains("TimedOut"));
            assert!(begun.elapsed() < Duration::from_secs(4), "{:?}", begun.elapsed());
        }
        let begun = Instant::now();
        while sign(&signer).is_err() {
            assert!(begun.elapsed() < Duration::from_secs(60), "it never signs again");
        }
        assert_eq!(logins.load(Ordering::Relaxed), 2);
    });
}
