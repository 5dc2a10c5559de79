//! What the queue, the thread and the time limit cost: `Pkcs11Signer` against a bare loop over a session, in one run.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)] // a program for developers

use std::time::{Duration, Instant};

use cryptoki::context::Pkcs11;
use cryptoki::mechanism::Mechanism;
use cryptoki::object::{Attribute, ObjectClass};
use cryptoki::session::UserType;
use kycvs_pkcs11::{Pin, Pkcs11Key, Pkcs11Module, Pkcs11Options, Pkcs11Signer, Pkcs11Token};
use kycvs_test_servers::SoftHsm;
use kycvs_token::{Algorithm, Signer};
use zeroize::Zeroizing;

const PIN: &str = "246810";
const ROUND: u32 = 400;

fn main() {
    // The module reads its configuration from the environment of the process.
    if std::env::var_os("KYCVS_BENCH_HSM").is_none() {
        let folder = tempfile::tempdir().unwrap();
        let hsm = SoftHsm::new(folder.path());
        hsm.init_token("kycvs", PIN);
        let mut child = std::process::Command::new(std::env::current_exe().unwrap());
        child.env("KYCVS_BENCH_HSM", "1").env("SOFTHSM2_CONF", hsm.configuration());
        assert!(child.status().unwrap().success());
        return;
    }
    let module = Pkcs11Module::load(SoftHsm::MODULE).unwrap();
    let token = Pkcs11Token::new(&module, "kycvs", Pin::from_fn(|| Ok(Zeroizing::new(PIN.to_owned()))));
    token.generate("bench", Algorithm::Es256).unwrap();
    let signer = Pkcs11Signer::open([Pkcs11Key { token, label: "bench".into() }], Pkcs11Options::default()).unwrap();

    let context = Pkcs11::new(SoftHsm::MODULE).unwrap();
    let session = context.open_ro_session(context.get_slots_with_initialized_token().unwrap()[0]).unwrap();
    let _ = session.login(UserType::User, Some(&PIN.to_owned().into()));
    let private = [Attribute::Class(ObjectClass::PRIVATE_KEY), Attribute::Label(b"bench".to_vec())];
    let key = session.find_objects(&private).unwrap()[0];

    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let message = [7; 600];
    let mut ratios: Vec<f64> = (0..9)
        .map(|_| {
            let ours = timed(|| {
                runtime.block_on(signer.sign(&message)).unwrap();
            });
            let bare = timed(|| {
                let hash = ring::digest::digest(&ring::digest::SHA256, &message);
                session.sign(&Mechanism::Ecdsa, key, hash.as_ref()).unwrap();
            });
            println!("Pkcs11Signer {:?}, bare {:?} a signature", ours / ROUND, bare / ROUND);
            ours.as_secs_f64() / bare.as_secs_f64()
        })
        .collect();
    ratios.sort_by(f64::total_cmp);
    println!("Pkcs11Signer / bare cryptoki loop: {:.3} (median of 9)", ratios[4]);
    drop(signer); // its thread is out of the module before the process ends
}

fn timed(mut sign: impl FnMut()) -> Duration {
    let begun = Instant::now();
    (0..ROUND).for_each(|_| sign());
    begun.elapsed()
}
