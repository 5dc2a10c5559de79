// The page that verifies: a token is pasted, photographed or brought along in the address, and is verified here.

import { readPicture, watchCamera } from "./qr-scan.mjs";
import { KeySetError, readKeys } from "./keys.mjs";
import { scanned, verifyShown } from "./token.mjs";

const form = document.querySelector("#verify");
const field = form.elements.token;
const picture = document.querySelector("#picture");
const camera = document.querySelector("#camera");
const video = document.querySelector("#video");
const result = document.querySelector("#result");
const words = result.dataset;
let watching;
let latest = 0;

async function verify(text) {
  const mine = begin();
  const answer = await answerTo(scanned(text));
  if (mine === latest) result.replaceChildren(answer);
}

/** Takes the last answer away: nobody may take it for that of the next person. What comes later than this counts. */
function begin() {
  result.replaceChildren();
  latest += 1;
  return latest;
}

async function answerTo(token) {
  if (token === "") return line(words.empty);
  const jwks = await publishedKeys();
  if (jwks === undefined) return line(words.noKeys);
  const now = Date.now() / 1000 + Number(form.dataset.clockOffset);
  try {
    const keys = await readKeys(jwks);
    const isSandbox = "sandbox" in form.dataset;
    const { valid, claims, reason } = await verifyShown(token, keys, { issuer: form.dataset.issuer, now, isSandbox });
    return valid ? card(claims) : line(words[reasonKey(reason)] ?? words.refused);
  } catch (error) {
    return line(error instanceof KeySetError ? words.noKeys : words.unsupported);
  }
}

async function publishedKeys() {
  try {
    const answer = await fetch(form.dataset.jwks, { referrerPolicy: "no-referrer" });
    return answer.ok ? await answer.text() : undefined;
  } catch {
    return undefined;
  }
}

/** `wrong_issuer` is `data-reason-wrong-issuer`. */
function reasonKey(reason) {
  return `reason_${reason}`.replace(/_(\w)/g, (_, letter) => letter.toUpperCase());
}

/** Without the reference: it is the entity's own, and says nothing to who is shown the status. */
function card({ vaccination_status: status, aud, purpose, as_of, exp }) {
  const shown = document.querySelector("#answer").content.cloneNode(true);
  shown.querySelector(".status").classList.add(`status-${status}`);
  shown.querySelectorAll("[data-status]").forEach((part) => part.dataset.status !== String(status) && part.remove());
  const format = (time, options) => new Intl.DateTimeFormat(document.documentElement.lang, options).format(time);
  const day = format(new Date(as_of), { dateStyle: "medium", timeZone: "UTC" });
  const until = format(new Date(exp * 1000), { dateStyle: "medium", timeStyle: "short" });
  const facts = { aud, purpose, as_of: day, exp: until };
  for (const [name, value] of Object.entries(facts)) {
    shown.querySelector(`[data-fact="${name}"]`).textContent = value;
  }
  return shown;
}

function line(text) {
  const paragraph = document.createElement("p");
  paragraph.className = "error";
  paragraph.textContent = text;
  return paragraph;
}

function tell(text) {
  begin();
  result.replaceChildren(line(text));
}

function stopWatching() {
  watching?.abort();
  watching = undefined;
  video.hidden = true;
  camera.textContent = camera.dataset.start;
}

async function watch() {
  const mine = new AbortController();
  watching = mine;
  begin();
  video.hidden = false;
  camera.textContent = camera.dataset.stop;
  try {
    const text = await watchCamera(video, mine.signal);
    if (watching !== mine) return;
    stopWatching();
    if (text !== undefined) await verify(text);
  } catch {
    if (watching !== mine) return; // it was turned off before it was on
    stopWatching();
    tell(words.noCamera);
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  verify(field.value);
});
picture.addEventListener("change", async () => {
  const [file] = picture.files;
  if (!file) return;
  const mine = begin();
  const text = await readPicture(file).catch(() => undefined);
  if (mine !== latest) return;
  picture.value = ""; // the same picture may be chosen again
  if (text === undefined) tell(words.noCode);
  else await verify(text);
});
camera.addEventListener("click", () => (watching ? stopWatching() : watch()));
document.addEventListener("visibilitychange", () => document.hidden && watching && stopWatching());
camera.hidden = !navigator.mediaDevices;
document.querySelectorAll("[data-needs-script]").forEach((part) => (part.hidden = false));
document.documentElement.classList.add("scripted");
document.addEventListener("change", (event) => {
  if (event.target.id === "language") event.target.form.submit();
});

// A token behind `#` never went to the server; it does not stay in the address bar and the history either.
function verifyAddress() {
  if (location.hash.length < 2) return;
  const text = location.hash;
  history.replaceState(null, "", location.pathname + location.search);
  verify(text);
}
addEventListener("hashchange", verifyAddress);
verifyAddress();
