// The page that verifies: a token is scanned, photographed, pasted or brought along in the address, and is verified here.

import { decodeBase64Url } from "./base64url.mjs";
import { Camera, readPicture } from "./qr-scan.mjs";
import { offerSignals, signal } from "./signal.mjs";
import { scanned, verifyShown } from "./token.mjs";
import { Trust } from "./trust.mjs";
import { ago, card, line, refusal } from "./verdict.mjs";

const REFRESH_AFTER = 5 * 60_000; // milliseconds, as often as lists are published
const PATIENCE = 3_000; // milliseconds that a verdict waits for fresher lists
const CAMERA_RESTS_AFTER = 60_000; // milliseconds after a verdict
const SAME_AFTER = 3_000; // milliseconds until the code that was just read counts again

const gate = document.querySelector("#gate");
const form = document.querySelector("#verify");
const picture = document.querySelector("#picture");
const video = document.querySelector("#video");
const buttons = { camera: document.querySelector("#camera"), stop: document.querySelector("#stop"), next: document.querySelector("#next") };
const signals = document.querySelector("#signals");
const result = document.querySelector("#result");
const words = result.dataset;
const camera = new Camera(video);
const trust = new Trust(gate.dataset.issuer, gate.dataset.names);
const opened = trust.open();
let latest = 0;
let scanning;
let resting;
let last = { text: undefined, at: 0 };

/** Seconds since 1970; in a sandbox the clock may have been moved. */
const now = () => Date.now() / 1000 + Number(gate.dataset.clockOffset);

async function verify(text) {
  const mine = begin();
  show("verdict");
  const answer = isCertificate(text) ? await answerOfServer(text) : await answerTo(scanned(text));
  if (mine !== latest) return;
  result.replaceChildren(...[answer].flat());
  const verdict = result.querySelector(".verdict");
  if (verdict) signal(signals, verdict.dataset.lamp);
  (verdict ? buttons.next : result).focus();
}

/** Takes the last answer away: nobody may take it for that of the next person. What comes later than this counts. */
function begin() {
  result.replaceChildren();
  latest += 1;
  return latest;
}

/** What is in sight: `ready`, `scanning`, or `verdict` with the way to the next scan. */
function show(view) {
  gate.dataset.view = view;
}

/** Whether it is a certificate of another issuer, as far as this server takes them. Their keys and formats are known to it alone. */
function isCertificate(text) {
  return "certificates" in gate.dataset && (/^\s*(HC1:|shc:\/|B64:|UEsD|\{)/.test(text) || isDeflated(text.trim()));
}

/** A SMART Health Card as a bare JWS: unlike a token of ours it is deflated. */
function isDeflated(jws) {
  const header = decodeBase64Url(jws.split(".")[0]);
  try {
    return "zip" in JSON.parse(new TextDecoder().decode(header));
  } catch {
    return false;
  }
}

/** What the page would show without script: the server verifies, and keeps nothing. */
async function answerOfServer(text) {
  try {
    const body = new URLSearchParams({ token: text });
    const answer = await fetch(form.getAttribute("action"), { method: "POST", body, referrerPolicy: "same-origin" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    return [...page.querySelector("#result").children];
  } catch {
    return line(words.offlineCertificate);
  }
}

async function answerTo(token) {
  if (token === "") return line(words.empty);
  await opened;
  if (trust.keys === undefined) await trust.refresh();
  if (trust.keys === undefined) return line(words.noKeys);
  try {
    let judged = await judge(token);
    const mayBeNewer = judged.reason === "unknown-key" || (judged.valid && judged.list && judged.stands !== "good" && judged.stands !== "revoked");
    if (mayBeNewer && (await soon(trust.refresh()))) judged = await judge(token);
    tellAge();
    if (!judged.valid) return refusal(words[reasonKey(judged.reason)] ?? words.refused);
    return judged.stands === "revoked" ? refusal(words.reasonRevoked) : card(judged.claims, judged, trust.names);
  } catch {
    return line(words.unsupported);
  }
}

async function judge(token) {
  const verdict = await verifyShown(token, trust.keys, { issuer: gate.dataset.issuer, now: now(), isSandbox: "sandbox" in gate.dataset });
  const list = verdict.claims?.status_list;
  return verdict.valid ? { ...verdict, list, ...(await trust.standing(list, now())) } : verdict;
}

/** What a promise gives, or nothing where it takes too long for somebody at a door. */
function soon(promise) {
  return Promise.race([promise, new Promise((resolve) => setTimeout(resolve, PATIENCE))]);
}

/** `wrong-issuer` is `data-reason-wrong-issuer`. */
function reasonKey(reason) {
  return `reason-${reason}`.replace(/-(\w)/g, (_, letter) => letter.toUpperCase());
}

async function scan() {
  clearTimeout(resting);
  scanning?.abort();
  const mine = (scanning = new AbortController());
  begin();
  show("scanning");
  try {
    await camera.open();
    if (scanning === undefined) camera.close();
    if (scanning !== mine) return;
    buttons.stop.focus();
    const text = await camera.read(mine.signal, (text) => text !== last.text || performance.now() - last.at > SAME_AFTER);
    if (text === undefined) return;
    last = { text, at: performance.now() };
    resting = setTimeout(() => camera.close(), CAMERA_RESTS_AFTER);
    await verify(text);
  } catch {
    if (scanning !== mine) return;
    stop();
    document.querySelector("#other").open = true;
    result.replaceChildren(line(words.noCamera));
  }
}

function stop() {
  scanning?.abort();
  scanning = undefined;
  camera.close();
  if (gate.dataset.view === "scanning") show("ready");
}

function tellAge() {
  const { fetchedAt } = trust;
  const age = document.querySelector("#age");
  const isStale = trust.isStale(Date.now() / 1000);
  age.hidden = fetchedAt === undefined;
  age.toggleAttribute("data-is-stale", isStale);
  age.textContent = fetchedAt === undefined ? "" : (isStale ? age.dataset.stale : age.dataset.fresh).replace("⏱", ago(Date.now() - fetchedAt));
  document.querySelector("#offline").hidden = navigator.onLine;
}

async function keepFresh() {
  await opened;
  tellAge();
  if (navigator.onLine) await trust.refresh();
  tellAge();
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  verify(form.elements.token.value);
});
picture.addEventListener("change", async () => {
  const [file] = picture.files;
  if (!file) return;
  const mine = begin();
  const text = await readPicture(file).catch(() => undefined);
  if (mine !== latest) return;
  picture.value = ""; // the same picture may be chosen again
  if (text === undefined) result.replaceChildren(line(words.noCode));
  else await verify(text);
});
buttons.camera.addEventListener("click", scan);
buttons.stop.addEventListener("click", stop);
buttons.next.addEventListener("click", () => {
  form.elements.token.value = "";
  if (navigator.mediaDevices) return scan();
  begin();
  show("ready");
});
document.addEventListener("visibilitychange", () => document.hidden && stop());
document.addEventListener("change", (event) => {
  if (event.target.id === "language") event.target.form.submit();
});
for (const event of ["online", "offline"]) addEventListener(event, keepFresh);
setInterval(keepFresh, REFRESH_AFTER);

document.querySelectorAll("[data-needs-script]").forEach((part) => (part.hidden = false));
document.documentElement.classList.add("scripted");
offerSignals(signals);
buttons.camera.hidden = !navigator.mediaDevices;
document.querySelector("#other").open = !navigator.mediaDevices;
show("ready");
keepFresh();
navigator.serviceWorker?.register("/verify/worker.js", { scope: "/verify" }).catch(() => undefined);

// A token behind `#` never went to the server; it does not stay in the address bar and the history either.
function verifyAddress() {
  if (location.hash.length < 2) return false;
  const text = location.hash;
  history.replaceState(null, "", location.pathname + location.search);
  verify(text);
  return true;
}
addEventListener("hashchange", verifyAddress);

// Where the camera may be used already, it is on at once.
async function begins() {
  if (verifyAddress() || !navigator.mediaDevices) return;
  const allowed = await navigator.permissions?.query({ name: "camera" }).catch(() => undefined);
  if (allowed?.state === "granted" && gate.dataset.view === "ready" && latest === 0) await scan();
}
begins();
