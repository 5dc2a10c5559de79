//! The consent page as a person uses it.

use kycvs::consent::Language;
use serde_json::{Value, json};

use crate::browser::Browser;
use crate::people::{Person, REGISTERED};
use crate::site::Site;

/// Lines that have an English word, when names and what a configuration says are taken away.
const ENGLISH: &str = "const known = new RegExp(arguments[0].join('|'), 'g');
    return document.querySelector('main').innerText.split('\\n').filter(line => /[a-z]{3}/i.test(line.replace(known, '')))";

/// What is in Latin letters on every page. The title of a policy is in the language of its file.
const NAMES: [&str; 12] = [
    "http://\\S+",
    "localhost",
    "site\\.example",
    "Indian Railways",
    "to book a railway ticket",
    "PNR2345678901",
    "Ministry of Health",
    "grievance@kycvs.example",
    "India: primary series complete, products not mixed",
    "KYC-VS",
    "OTP|SMS|QR|UTC",
    "eyJ\\S+",
];

/// The field for the code.
pub(crate) const CODE: &str = "input[name=otp]";

impl Browser {
    /// Opens a page of the railway that embeds a visit, and looks into the frame.
    pub(crate) async fn open_booking(&self, site: &Site, language: Language) {
        site.put_booking(language, "mode=\"frame\"").await;
        self.goto(&format!("{}/booking", site.railway)).await;
        self.enter_page().await;
    }

    /// Looks into the frame of the element.
    pub(crate) async fn enter_page(&self) {
        self.enter("document.querySelector('kyc-vs').shadowRoot.querySelector('iframe')").await;
        self.find("#step").await;
    }

    /// Step 1: number and name; then there is a field for the code.
    pub(crate) async fn ask(&self, person: &Person) {
        self.tell(person).await;
        self.find(CODE).await;
    }

    /// Fills in step 1 and sends it.
    pub(crate) async fn tell(&self, person: &Person) {
        self.fill("input[name=mobile]", person.mobile).await;
        self.fill("input[name=name]", person.name).await;
        self.press_button("ask").await;
    }

    /// Step 2: the code.
    pub(crate) async fn enter_code(&self, code: &str) {
        self.fill(CODE, code).await;
        self.press_button("confirm").await;
    }

    /// Where the name does not decide: the year of birth.
    pub(crate) async fn enter_birth_year(&self, year: &str) {
        self.fill("#birth_year-0", year).await;
        self.press_button("confirm").await;
    }

    pub(crate) async fn press_button(&self, action: &str) {
        let button = format!("button[name=action][value={action}]");
        self.look_at_enabled(&button).await;
        self.click(&format!("{button}:enabled")).await;
    }

    /// Looks at a button until it can be pressed, as a person does: in a frame it waits for that, and a new step may still move.
    pub(crate) async fn look_at_enabled(&self, button: &str) {
        self.until(&format!("enable {button}"), async || {
            let Some(element) = self.shown(button).await? else { return Ok(None) };
            element.scroll_into_view().await?;
            Ok(element.is_enabled().await?.then_some(()))
        })
        .await;
    }

    /// What holds of every step: it is in its language, it is accessible, and nothing sticks out to the side.
    pub(crate) async fn step_is_good(&self, step: &str, language: Language) {
        assert_eq!(self.js("return document.documentElement.lang", &[]).await, language.tag());
        if language != Language::English {
            let names: Vec<_> = NAMES.into_iter().chain(REGISTERED.map(|person| person.name)).collect();
            let english = self.js(ENGLISH, &[json!(names)]).await;
            assert_eq!(english, json!([]), "{step} is in English here");
        }
        self.step_fits_and_is_accessible(step).await;
    }

    pub(crate) async fn step_fits_and_is_accessible(&self, step: &str) {
        self.is_accessible(step).await;
        self.fits(step).await;
    }

    /// Nobody has to scroll to the side.
    pub(crate) async fn fits(&self, step: &str) {
        let body = "const width = document.documentElement.clientWidth;
            const sticksOut = ({ left, right }) => right > width + 1 || left < -1;
            return [...document.querySelectorAll('body *')].filter(e => sticksOut(e.getBoundingClientRect()))
                .map(e => e.outerHTML.slice(0, 120)).concat(document.documentElement.scrollWidth > width ? ['the page'] : [])";
        assert_eq!(self.at_rest(async || self.js(body, &[]).await).await, json!([]), "{step} is too wide");
    }

    /// The events that the host's page has heard of the element.
    pub(crate) async fn heard(&self) -> Value {
        self.js("return window.heard", &[]).await
    }
}

impl Site {
    /// Puts a page on the railway's site that books a train: three lines of HTML, and what a test wants to know.
    pub(crate) async fn put_booking(&self, language: Language, attributes: &str) {
        let (issuer, visit) = (&self.issuer, self.embedded_visit(language).await);
        self.put(
            "/booking",
            &format!(
                r#"<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Book a train</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<script>
  {{ // WebDriver does not find a frame in a closed root.
    const attach = Element.prototype.attachShadow;
    Element.prototype.attachShadow = function(init) {{ return attach.call(this, {{ ...init, mode: 'open' }}); }};
  }}
  window.heard = [];
  for (const kind of ["kycvs-result", "kycvs-declined", "kycvs-error", "kycvs-closed"])
    addEventListener(kind, event => heard.push([kind, event.detail]));
</script>
<script src="{issuer}/embed.js"></script></head>
<body><main><h1>Book a train</h1>
<form method="post" action="/book">
  <kyc-vs name="result_code" session="{visit}" {attributes}></kyc-vs>
  <p><button id="book">Book</button></p>
</form>
</main></body></html>"#
            ),
        );
    }
}
