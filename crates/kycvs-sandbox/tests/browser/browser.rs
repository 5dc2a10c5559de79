use std::fmt::Debug;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use kycvs_test_servers::{Chromium, WebKit};
use serde_json::{Value, json};
use thirtyfour::cdp::Cdp;
use thirtyfour::common::capabilities::chromium::ChromiumLikeCapabilities;
use thirtyfour::common::log::LoggingPrefsLogLevel;
use thirtyfour::prelude::*;
use thirtyfour::session::handle::SessionHandle;

/// How long a condition may take to come true. Generous: several browsers and a build may share two cores.
const PATIENCE: Duration = Duration::from_secs(120);
const LOOK_AGAIN_AFTER: Duration = Duration::from_millis(50);

/// Watches every document from before its first script, those in frames of other origins too. Shadow roots are opened, since
/// WebDriver does not find a frame in a closed one.
const WATCH: &str = "window.violations = [];
    document.addEventListener('securitypolicyviolation', event => violations.push(event.violatedDirective));
    const attach = Element.prototype.attachShadow;
    Element.prototype.attachShadow = function(init) { return attach.call(this, { ...init, mode: 'open' }); };";

/// A browser of a test's own, Chromium unless it says otherwise. Whatever it is asked for it waits for.
pub(crate) struct Browser {
    session: Arc<SessionHandle>,
    kind: Kind,
    runs_scripts: bool,
}

/// The program of a browser, with its driver.
enum Kind {
    Chromium(Chromium),
    WebKit { _program: WebKit },
}

/// In what a browser differs from one on a desk that runs scripts and has no camera.
#[derive(Clone, Debug, Default)]
pub(crate) struct Settings {
    /// Pages run no script.
    pub(crate) no_script: bool,
    /// A YUV4MPEG2 film that stands for what a camera sees.
    pub(crate) camera: Option<Vec<u8>>,
    /// The person has set text to twice its size.
    pub(crate) large_text: bool,
}

impl Browser {
    pub(crate) async fn open() -> Self {
        Self::with(Settings::default()).await
    }

    pub(crate) async fn with(settings: Settings) -> Self {
        let chromium = Chromium::start();
        let session = session(&chromium.url(), capabilities(&chromium, &settings)).await;
        let browser = Self { session, kind: Kind::Chromium(chromium), runs_scripts: !settings.no_script };
        browser.cdp("Page.addScriptToEvaluateOnNewDocument", json!({ "source": WATCH })).await;
        browser
    }

    /// A WebKit, for what is done by WebDriver alone.
    pub(crate) async fn webkit() -> Self {
        let program = WebKit::start();
        let mut wanted = Capabilities::new();
        let options = json!({ "binary": WebKit::browser(), "args": WebKit::ARGUMENTS });
        wanted.set("webkitgtk:browserOptions", options).unwrap();
        let session = session(&program.url(), wanted).await;
        Self { session, kind: Kind::WebKit { _program: program }, runs_scripts: true }
    }

    fn chromium(&self) -> &Chromium {
        match &self.kind {
            Kind::Chromium(chromium) => chromium,
            Kind::WebKit { .. } => panic!("this is for Chromium"),
        }
    }

    /// A file that the browser can read, gone with it.
    pub(crate) fn file(&self, name: &str, content: &[u8]) -> PathBuf {
        let path = self.chromium().folder().join(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    pub(crate) async fn goto(&self, url: &str) {
        self.session.goto(url).await.unwrap();
    }

    pub(crate) async fn url(&self) -> String {
        self.session.current_url().await.unwrap().into()
    }

    /// A command of the Chrome DevTools Protocol, to the page in front.
    pub(crate) async fn cdp(&self, command: &str, arguments: Value) -> Value {
        Cdp::new(self.session.clone()).send_raw(command, arguments).await.unwrap()
    }

    /// Makes the screen as large as a phone's or a desk's, in CSS pixels.
    pub(crate) async fn resize(&self, width: u32, height: u32) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600 });
        self.cdp("Emulation.setDeviceMetricsOverride", size).await;
    }

    /// Prefers a `light` or a `dark` page.
    pub(crate) async fn prefer(&self, scheme: &str) {
        let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        self.cdp("Emulation.setEmulatedMedia", features).await;
    }

    /// Runs the body of a function in the document that is looked at.
    pub(crate) async fn js(&self, body: &str, arguments: &[Value]) -> Value {
        self.session.execute(body, arguments.to_vec()).await.unwrap().json().clone()
    }

    /// The same for a body that calls its last argument with the answer.
    pub(crate) async fn js_later(&self, body: &str) -> Value {
        self.session.execute_async(body, []).await.unwrap().json().clone()
    }

    /// Looks into the frame that an expression gives, once its document is there.
    pub(crate) async fn enter(&self, frame: &str) {
        let body = format!("return {frame}");
        self.until(&format!("show the frame {frame}"), async || {
            self.session.enter_default_frame().await?;
            self.session.execute(body.as_str(), []).await?.element()?.enter_frame().await?;
            let url = self.session.execute("return location.href", []).await?.json().clone();
            Ok((url != "about:blank").then_some(()))
        })
        .await;
    }

    /// Looks at the whole page again.
    pub(crate) async fn leave_frame(&self) {
        self.session.enter_default_frame().await.unwrap();
    }

    /// The windows that are open, oldest first.
    pub(crate) async fn windows(&self) -> Vec<WindowHandle> {
        self.session.windows().await.unwrap()
    }

    pub(crate) async fn switch_to(&self, window: &WindowHandle) {
        self.session.switch_to_window(window.clone()).await.unwrap();
    }

    /// The first element of a selector that is shown.
    pub(crate) async fn find(&self, selector: &str) -> WebElement {
        self.until(&format!("show {selector}"), async || self.shown(selector).await).await
    }

    pub(crate) async fn shown(&self, selector: &str) -> WebDriverResult<Option<WebElement>> {
        for element in self.session.find_all(By::Css(selector)).await? {
            if element.is_displayed().await? {
                return Ok(Some(element));
            }
        }
        Ok(None)
    }

    pub(crate) async fn shows(&self, selector: &str) -> bool {
        self.shown(selector).await.unwrap().is_some()
    }

    /// Clicks until the element has heard it, where scripts run: Chromium drops what is clicked in a frame of another origin that
    /// watches whether it is covered, for half a second after the frame moved or grew.
    pub(crate) async fn click(&self, selector: &str) {
        let listen =
            "window.unheard = true; arguments[0].addEventListener('click', () => delete window.unheard, true);";
        self.until(&format!("let {selector} be clicked"), async || {
            let Some(element) = self.shown(selector).await? else { return Ok(None) };
            if !self.runs_scripts {
                return element.click().await.map(Some);
            }
            self.session.execute(listen, [element.to_json()?]).await?;
            element.click().await?;
            // A window that closed itself, and the next document, have heard it.
            let unheard = self.session.execute("return window.unheard === true", []).await;
            Ok(unheard.map_or(true, |unheard| *unheard.json() != true).then_some(()))
        })
        .await;
    }

    /// Chooses an option of a list, which fires no click.
    pub(crate) async fn choose(&self, option: &str) {
        self.find(option).await.click().await.unwrap();
    }

    /// Types into a field, in place of what is there.
    pub(crate) async fn fill(&self, selector: &str, text: &str) {
        self.until(&format!("let {selector} be filled in"), async || {
            let Some(field) = self.shown(selector).await? else { return Ok(None) };
            field.clear().await?;
            field.send_keys(text).await.map(Some)
        })
        .await;
    }

    /// Presses keys, wherever the focus is.
    pub(crate) async fn press(&self, keys: impl Into<TypingData>) {
        self.session.action_chain().send_keys(keys).perform().await.unwrap();
    }

    /// What is shown of an element.
    pub(crate) async fn text(&self, selector: &str) -> String {
        self.find(selector).await.text().await.unwrap()
    }

    /// Waits until an element says so, and gives all that it says.
    pub(crate) async fn says(&self, selector: &str, words: &str) -> String {
        self.until(&format!("say \u{201c}{words}\u{201d} in {selector}"), async || {
            let Some(element) = self.shown(selector).await? else { return Ok(None) };
            let text = element.text().await?;
            Ok(text.contains(words).then_some(text))
        })
        .await
    }

    /// Waits until an expression in the document that is looked at is true.
    pub(crate) async fn holds(&self, expression: &str) {
        let body = format!("return Boolean({expression})");
        self.until(expression, async || {
            let held = self.session.execute(body.as_str(), []).await?.json().clone();
            Ok((held == true).then_some(()))
        })
        .await;
    }

    /// Asks again and again until there is an answer. A document may be exchanged meanwhile, which is no failure.
    pub(crate) async fn until<T>(&self, what: &str, attempt: impl AsyncFn() -> WebDriverResult<Option<T>>) -> T {
        let give_up = Instant::now() + PATIENCE;
        loop {
            let outcome = attempt().await;
            if let Ok(Some(answer)) = outcome {
                return answer;
            }
            if Instant::now() > give_up {
                let why: &dyn Debug = &outcome.err();
                panic!(
                    "the page does not {what} ({why:?}):\n{}\nconsole: {:#?}",
                    self.all_text().await,
                    if matches!(self.kind, Kind::Chromium(_)) { self.log().await } else { Vec::new() }
                );
            }
            tokio::time::sleep(LOOK_AGAIN_AFTER).await;
        }
    }

    /// What a look finds once the document is at rest: while something moves or loads, a fault may go by itself.
    pub(crate) async fn at_rest(&self, look: impl AsyncFn() -> Value) -> Value {
        let mut found = look().await;
        for _ in 0..3 {
            if found == json!([]) {
                break;
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
            found = look().await;
        }
        found
    }

    /// Where the document is that is looked at, and all that it shows.
    pub(crate) async fn all_text(&self) -> String {
        let body = "return location.href + '\\n' + document.body.innerText";
        self.session.execute(body, []).await.map_or_else(|error| error.to_string(), |text| text.json().to_string())
    }

    /// What the console says since it was last asked: warnings and worse.
    pub(crate) async fn log(&self) -> Vec<String> {
        let entries = self.session.browser_log().await.unwrap();
        let bad = entries.into_iter().filter(|entry| entry.level == "SEVERE" || entry.level == "WARNING");
        bad.map(|entry| format!("{}: {}", entry.source.unwrap_or_default(), entry.message)).collect()
    }

    /// Neither a `Content-Security-Policy` nor anything else has put a complaint on the console, in any frame. Answers that
    /// refuse something are there too, and are no complaint.
    pub(crate) async fn is_clean(&self) {
        let log = self.log().await;
        let complaints: Vec<_> = log.iter().filter(|line| !line.starts_with("network: ")).collect();
        assert!(complaints.is_empty(), "{complaints:#?}");
        assert_eq!(self.js("return window.violations", &[]).await, json!([]));
    }

    /// The element that has the focus in the document that is looked at, as `tag#id` or `tag[name]`, and its text.
    pub(crate) async fn focus(&self) -> String {
        let body = "const e = document.activeElement;
            return e.localName + (e.name ? `[${e.name}]` : e.id ? `#${e.id}` : '') + ' ' + (e.value || e.textContent).trim().slice(0, 40)";
        self.js(body, &[]).await.as_str().unwrap().to_owned()
    }

    pub(crate) async fn screenshot(&self) -> Vec<u8> {
        self.session.screenshot_as_png().await.unwrap()
    }

    /// Keeps a picture of the page in front, as far down as it goes, in `target/screenshots` if `KYCVS_SCREENSHOTS` is set.
    pub(crate) async fn picture(&self, name: &str) {
        if std::env::var_os("KYCVS_SCREENSHOTS").is_none() {
            return;
        }
        Self::put_picture(name, &self.whole_page().await);
    }

    /// A picture of the page in front, as far down as it goes.
    pub(crate) async fn whole_page(&self) -> Vec<u8> {
        let taken = self.cdp("Page.captureScreenshot", json!({ "captureBeyondViewport": true })).await;
        BASE64_STANDARD.decode(taken["data"].as_str().unwrap()).unwrap()
    }

    pub(crate) fn put_picture(name: &str, picture: &[u8]) {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap().join("screenshots");
        let file = folder.join(format!("{name}.png"));
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, picture).unwrap();
    }
}

/// A session that nobody needs to end: the browser ends with the driver's process.
async fn session(url: &str, wanted: Capabilities) -> Arc<SessionHandle> {
    let driver = WebDriver::new(url, wanted).await.unwrap();
    let session = driver.handle().clone();
    driver.leak().unwrap();
    session
}

fn capabilities(chromium: &Chromium, settings: &Settings) -> Capabilities {
    let mut wanted = DesiredCapabilities::chrome();
    let mut arguments = chromium.arguments();
    if let Some(film) = &settings.camera {
        let file = chromium.folder().join("camera.y4m");
        std::fs::write(&file, film).unwrap();
        arguments.push("--use-fake-device-for-media-stream".into());
        arguments.push("--use-fake-ui-for-media-stream".into());
        arguments.push(format!("--use-file-for-fake-video-capture={}", file.display()));
    }
    for argument in arguments {
        wanted.add_arg(&argument).unwrap();
    }
    if settings.no_script {
        let blocked = json!({ "profile.managed_default_content_settings.javascript": 2 });
        wanted.add_experimental_option("prefs", blocked).unwrap();
    }
    if settings.large_text {
        let doubled = json!({ "webkit.webprefs.default_font_size": 32 });
        wanted.add_experimental_option("prefs", doubled).unwrap();
    }
    wanted.set_browser_log_level(LoggingPrefsLogLevel::All).unwrap();
    wanted.into()
}

#[tokio::test]
async fn a_browser_ends_with_its_driver() {
    let browser = Browser::open().await;
    let profile = browser.chromium().folder().to_str().unwrap().to_owned();
    assert!(processes_of(&profile) > 0);
    drop(browser);
    let give_up = Instant::now() + PATIENCE;
    while processes_of(&profile) > 0 {
        assert!(Instant::now() < give_up, "a browser is left over");
        tokio::time::sleep(LOOK_AGAIN_AFTER).await;
    }
}

/// How many processes have a text in their command line.
fn processes_of(text: &str) -> usize {
    let processes = std::fs::read_dir("/proc").unwrap().filter_map(|entry| entry.ok()?.path().join("cmdline").into());
    let lines = processes.filter_map(|path: PathBuf| std::fs::read(path).ok());
    lines.filter(|line| String::from_utf8_lossy(line).contains(text)).count()
}
