//! How soon a person on a slow line with a cheap phone sees the page and can use it.

use kycvs::consent::Language;
use serde_json::json;

use crate::browser::Browser;
use crate::site::Site;

/// "Slow 3G" as WebPageTest has it: 400 kbit/s each way, and 400 ms to and fro.
const ROUND_TRIP_MS: u32 = 400;
const BYTES_PER_SECOND: u32 = 400_000 / 8;
/// How much slower than this machine's a cheap phone's processor is.
const SLOW_DOWN: u32 = 4;

const MOST_MS_TO_FIRST_PAINT: f64 = 1_200.0;
const MOST_MS_TO_INTERACTIVE: f64 = 2_500.0;

/// What else this machine does makes a load slower and never faster, so the best one counts.
const LOADS: usize = 20;

/// When something was painted first, and when all scripts had run, in milliseconds since the visit was opened.
const TIMES: &str = "const [navigation] = performance.getEntriesByType('navigation');
    const paint = performance.getEntriesByName('first-contentful-paint')[0];
    return [paint?.startTime ?? Infinity, navigation.domContentLoadedEventEnd]";

#[tokio::test]
async fn on_slow_3g_and_a_cheap_phone_the_page_is_seen_within_1200_ms_and_used_within_2500() {
    let (site, browser) = (Site::start().await, Browser::open().await);
    browser.resize(360, 640).await;
    browser.cdp("Network.enable", json!({})).await;
    browser.cdp("Network.setCacheDisabled", json!({ "cacheDisabled": true })).await;
    let (latency, speed) = (ROUND_TRIP_MS, BYTES_PER_SECOND);
    let line = json!({ "offline": false, "latency": latency, "downloadThroughput": speed, "uploadThroughput": speed });
    browser.cdp("Network.emulateNetworkConditions", line).await;
    browser.cdp("Emulation.setCPUThrottlingRate", json!({ "rate": SLOW_DOWN })).await;
    let visit = site.redirected_visit(Language::Hindi, "seat 7").await;
    let mut best = [f64::INFINITY; 2];
    for _ in 0..LOADS {
        browser.goto(&visit).await;
        browser.holds("document.documentElement.classList.contains('scripted') && performance.getEntriesByName('first-contentful-paint')[0]").await;
        let times = browser.js(TIMES, &[]).await;
        assert!(times[1].as_f64().unwrap() > 2.0 * f64::from(ROUND_TRIP_MS), "the line is slow: {times}");
        best = [0, 1].map(|which| times[which].as_f64().unwrap().min(best[which]));
        if best[0] < MOST_MS_TO_FIRST_PAINT && best[1] < MOST_MS_TO_INTERACTIVE {
            break;
        }
    }
    println!(
        "slow 3G, processor slowed {SLOW_DOWN} times: first paint {:.0} ms, interactive {:.0} ms",
        best[0], best[1]
    );
    assert!(best[0] < MOST_MS_TO_FIRST_PAINT, "first paint after {:.0} ms", best[0]);
    assert!(best[1] < MOST_MS_TO_INTERACTIVE, "interactive after {:.0} ms", best[1]);
}
