//! `/verify` at a door: by camera, one person after the other, and without a network.

use kycvs::token::QrCode;
use serde_json::{Value, json};

use crate::browser::{Browser, Settings};
use crate::people::{ASHA, IMRAN, MEENA};
use crate::site::Site;
use crate::verify::paste;

const WIDTH: usize = 640;
const HEIGHT: usize = 480;
/// How many frames a code is to be seen, at ten frames a second.
const FRAMES: usize = 10;

/// A film of codes, each for a second, in the YUV4MPEG2 format: lightness, then two planes without colour.
fn film(codes: &[QrCode], scale: usize) -> Vec<u8> {
    let mut film = format!("YUV4MPEG2 W{WIDTH} H{HEIGHT} F10:1 Ip A1:1 C420jpeg\n").into_bytes();
    for code in codes {
        let frame = frame(code, scale);
        for _ in 0..FRAMES {
            film.extend(b"FRAME\n");
            film.extend(&frame);
        }
    }
    film
}

fn frame(code: &QrCode, scale: usize) -> Vec<u8> {
    let side = usize::from(code.side());
    let (left, top) = ((WIDTH - side * scale) / 2, (HEIGHT - side * scale) / 2);
    let module =
        |at: usize, edge: usize| u8::try_from(at.checked_sub(edge)? / scale).ok().filter(|at| *at < code.side());
    let mut frame = Vec::with_capacity(WIDTH * HEIGHT * 3 / 2);
    for y in 0..HEIGHT {
        for x in 0..WIDTH {
            let dark = module(x, left).zip(module(y, top)).is_some_and(|(x, y)| code.is_dark(x, y));
            frame.push(if dark { 16 } else { 235 });
        }
    }
    frame.extend(std::iter::repeat_n(128, WIDTH * HEIGHT / 2));
    frame
}

impl Browser {
    /// A browser at the page, before a camera that sees these codes with so many pixels a module. The camera is on.
    async fn at_gate(site: &Site, codes: &[QrCode], scale: usize) -> Self {
        let camera = Some(film(codes, scale));
        let browser = Self::with(Settings { camera, ..Settings::default() }).await;
        browser.goto(&format!("{}/verify", site.issuer)).await;
        browser.holds("document.querySelector('#gate')?.dataset.view").await;
        browser.js("if (gate.dataset.view === 'ready') camera.click()", &[]).await;
        browser
    }

    /// Reloads until the page that is shown is under the worker's control.
    async fn is_installed(&self) {
        self.js_later("navigator.serviceWorker.ready.then(() => arguments[0](true))").await;
        self.holds("navigator.serviceWorker.controller").await;
        self.holds("document.querySelector('#age').textContent").await;
    }
}

#[tokio::test]
async fn the_camera_reads_the_small_form_of_three_pixels_a_module() {
    let site = Site::start().await;
    let granted = site.granted(&ASHA).await;
    let code = granted.cwt.unwrap().with(&granted.disclosures);
    assert!(code.as_str().starts_with("KV1:"));
    let browser = Browser::at_gate(&site, &[code.qr().unwrap()], 3).await;
    browser.says("#result .word", "Fully vaccinated").await;
    browser.says("#result .bearer", ASHA.name).await;
    browser.says("#result", "photo ID").await;
    assert!(!site.heard().iter().any(|call| call.starts_with("POST ") || call.contains("KV1")));
    browser.is_clean().await;
}

#[tokio::test]
async fn one_tap_goes_on_to_the_next_person_and_takes_the_last_verdict_away() {
    let site = Site::start().await;
    let codes = [site.cwt(&ASHA).await, site.cwt(&IMRAN).await].map(|code| code.qr().unwrap());
    let browser = Browser::at_gate(&site, &codes, 4).await;
    let first = browser.text("#result .word").await;
    browser.holds("document.activeElement.id === 'next'").await;
    browser.click("#next").await;
    let other = if first.starts_with("Fully") { "Not vaccinated" } else { "Fully vaccinated" };
    browser.says("#result .word", other).await;
    assert!(!browser.all_text().await.contains(&first), "nobody takes it for that of the next person");
}

#[tokio::test]
async fn the_camera_rests_when_nobody_looks_at_the_page() {
    let site = Site::start().await;
    let code = site.cwt(&ASHA).await.qr().unwrap();
    let browser = Browser::at_gate(&site, &[code], 4).await;
    browser.says("#result .word", "Fully vaccinated").await;
    assert_eq!(browser.js("return video.srcObject !== null", &[]).await, true, "the next scan begins at once");
    let hide = "Object.defineProperty(document, 'hidden', { get: () => true }); document.dispatchEvent(new Event('visibilitychange'))";
    browser.js(hide, &[]).await;
    browser.holds("video.srcObject === null").await;
    browser.says("#result .word", "Fully vaccinated").await;
}

#[tokio::test]
async fn the_camera_is_turned_off_by_hand() {
    let site = Site::start().await;
    let nothing = QrCode::of("https://elsewhere.example").unwrap();
    let browser = Browser::at_gate(&site, &[nothing], 4).await;
    browser.says("#result", "not a status").await;
    browser.click("#next").await;
    browser.click("#stop").await;
    browser.holds("video.srcObject === null && gate.dataset.view === 'ready'").await;
    browser.find("#camera").await;
}

#[tokio::test]
async fn a_phone_of_a_quarter_of_the_speed_scans_thirty_people_a_minute() {
    const SCANS: u8 = 6;
    const SLOWER: f64 = 4.0;
    let site = Site::start().await;
    let codes = [site.cwt(&ASHA).await, site.cwt(&MEENA).await].map(|code| code.qr().unwrap());
    let browser = Browser::at_gate(&site, &codes, 3).await;
    browser.find("#result .verdict").await;
    let spent = async || {
        let metrics = browser.cdp("Performance.getMetrics", json!({})).await;
        let tasks = metrics["metrics"].as_array().unwrap().iter().find(|metric| metric["name"] == "TaskDuration");
        tasks.unwrap()["value"].as_f64().unwrap()
    };
    let next = async |words: &str| {
        browser.click("#next").await;
        let next = browser.text("#result .word").await;
        assert_ne!(next, words, "the next person is another one");
        next
    };
    // Seconds of the processor, so that it does not matter what else runs on this machine.
    browser.cdp("Performance.enable", json!({ "timeDomain": "threadTicks" })).await;
    let (before, mut words) = (spent().await, browser.text("#result .word").await);
    for _ in 0..SCANS {
        words = next(&words).await;
    }
    let each = SLOWER * (spent().await - before) / f64::from(SCANS);
    assert!(each < 2.0, "{each} s of a slow processor for each scan");
    browser.cdp("Emulation.setCPUThrottlingRate", json!({ "rate": SLOWER })).await;
    next(&words).await;
}

#[tokio::test]
async fn a_gate_verifies_without_a_network_and_says_how_old_its_lists_are() {
    let (site, browser) = (Site::start().await, Browser::open().await);
    let granted = site.granted(&ASHA).await;
    let withdrawn = site.granted(&MEENA).await;
    site.sandbox.service().keep().await.unwrap();
    site.withdraw(&withdrawn).await;
    site.advance(300);
    site.sandbox.service().keep().await.unwrap();
    browser.goto(&format!("{}/verify?language=hi", site.issuer)).await;
    browser.is_installed().await;
    site.go_down().await;
    browser.goto(&format!("{}/verify?language=hi", site.issuer)).await;
    browser.holds("document.documentElement.lang === 'hi' && document.querySelector('#age').textContent").await;
    paste(&browser, granted.token.as_str()).await;
    let shown = browser.says("#result", "Indian Railways").await;
    assert!(shown.contains("to book a railway ticket") && shown.contains("भारत: प्राथमिक टीकाकरण"), "{shown}");
    assert!(!browser.shows("#result .caution").await, "withdrawal was checked");
    paste(&browser, withdrawn.token.as_str()).await;
    browser.find("#result .refused").await;
    // What is not in the cache of the page's files was not asked for in this language, and opens all the same.
    browser.goto(&format!("{}/verify?language=ta", site.issuer)).await;
    paste(&browser, granted.cwt.as_ref().unwrap().as_str()).await;
    browser.find("#result .verdict.status-2").await;
}

#[tokio::test]
async fn lists_that_are_too_old_say_nothing_of_withdrawal() {
    let (site, browser) = (Site::start().await, Browser::open().await);
    let granted = site.granted(&ASHA).await;
    site.sandbox.service().keep().await.unwrap();
    browser.goto(&format!("{}/verify", site.issuer)).await;
    browser.is_installed().await;
    paste(&browser, granted.token.as_str()).await;
    browser.find("#result .verdict").await;
    assert!(!browser.shows("#result .caution").await);
    site.go_down().await;
    // A day later, within the minute that verifiers allow after a token's end.
    let later = "{ const now = Date.now; Date.now = () => now() + 86_430_000; }";
    browser.cdp("Page.addScriptToEvaluateOnNewDocument", json!({ "source": later })).await;
    browser.goto(&format!("{}/verify", site.issuer)).await;
    browser.find("#age[data-is-stale]").await;
    browser.says("#age", "Connect").await;
    paste(&browser, granted.token.as_str()).await;
    browser.says("#result .caution", "Not checked for withdrawal").await;
}

#[tokio::test]
async fn a_certificate_is_read_by_the_server_and_without_a_network_the_page_says_so() {
    let (site, browser) = (Site::start().await, Browser::open().await);
    let certificate = site.certificate().await;
    browser.goto(&format!("{}/verify", site.issuer)).await;
    browser.is_installed().await;
    paste(&browser, &certificate).await;
    browser.says("#result .word", "Fully vaccinated").await;
    let shown = browser.says("#result .facts", "Zubeida Khatun").await;
    assert!(shown.contains("certificates.sandbox.invalid"), "{shown}");
    browser.is_accessible("certificate").await;
    site.go_down().await;
    paste(&browser, &certificate).await;
    browser.says("#result", "You are offline").await;
}

#[tokio::test]
async fn the_page_can_be_installed() {
    let (site, browser) = (Site::start().await, Browser::open().await);
    browser.goto(&format!("{}/verify", site.issuer)).await;
    browser.is_installed().await;
    let manifest = browser.cdp("Page.getAppManifest", json!({})).await;
    assert_eq!(manifest["errors"], json!([]), "{manifest}");
    let data: Value = serde_json::from_str(manifest["data"].as_str().unwrap()).unwrap();
    assert_eq!([&data["scope"], &data["display"]], ["/verify", "standalone"]);
    let faults = browser.cdp("Page.getInstallabilityErrors", json!({})).await;
    assert_eq!(faults["installabilityErrors"], json!([]), "{faults}");
}

#[tokio::test]
async fn a_verdict_is_heard_where_it_is_wanted_and_that_is_remembered() {
    let (site, browser) = (Site::start().await, Browser::open().await);
    let token = site.token(&ASHA).await;
    let count = "window.tones = 0; const start = OscillatorNode.prototype.start; OscillatorNode.prototype.start = function(at) { tones++; start.call(this, at); }; navigator.vibrate = shake => { window.shake = shake; return true; }";
    browser.cdp("Page.addScriptToEvaluateOnNewDocument", json!({ "source": count })).await;
    browser.goto(&format!("{}/verify", site.issuer)).await;
    paste(&browser, token.as_str()).await;
    browser.find("#result .verdict").await;
    assert_eq!(browser.js("return tones", &[]).await, 0, "it is silent unless it is asked");
    browser.click("#signals").await;
    browser.goto(&format!("{}/verify", site.issuer)).await;
    browser.find("#signals[aria-pressed=true]").await;
    paste(&browser, token.as_str()).await;
    browser.find("#result .verdict").await;
    browser.holds("tones === 2 && shake.length === 1").await;
    paste(&browser, "no token").await;
    browser.find("#result .refused").await;
    browser.holds("tones === 5 && shake.length === 5").await;
}

#[tokio::test]
async fn every_verdict_is_accessible_and_fits_in_light_and_in_dark() {
    let (site, browser) = (Site::start().await, Browser::open().await);
    let people = [(ASHA, "green"), (MEENA, "amber"), (IMRAN, "red")];
    let mut shown = Vec::new();
    for (person, lamp) in people {
        let granted = site.granted(&person).await;
        shown.push((granted.cwt.unwrap().with(&granted.disclosures).as_str().to_owned(), lamp));
    }
    shown.push(("no token".to_owned(), "refused"));
    for (width, height) in [(320, 640), (1280, 800)] {
        browser.resize(width, height).await;
        for scheme in ["light", "dark"] {
            browser.prefer(scheme).await;
            browser.goto(&format!("{}/verify", site.issuer)).await;
            browser.holds("document.querySelector('#gate')?.dataset.view").await;
            browser.step_fits_and_is_accessible("ready").await;
            browser.picture(&format!("gate-ready-{width}-{scheme}")).await;
            for (text, lamp) in &shown {
                paste(&browser, text).await;
                browser.find(&format!("#result [data-lamp={lamp}]")).await;
                browser.step_fits_and_is_accessible(lamp).await;
                browser.picture(&format!("gate-{lamp}-{width}-{scheme}")).await;
            }
        }
    }
}
