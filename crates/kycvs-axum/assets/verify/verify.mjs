// The page that verifies: a token is pasted, photographed or brought along in the address, and is verified here.

import { decodeBase64Url } from "./base64url.mjs";
import { readPicture, watchCamera } from "./qr-scan.mjs";
import { KeySetError, readKeys } from "./keys.mjs";
import { standing, verifyList } from "./status-list.mjs";
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
  const answer = isCertificate(text) ? await answerOfServer(text) : await answerTo(scanned(text));
  if (mine === latest) result.replaceChildren(...[answer].flat());
}

/** Whether it is a certificate of another issuer, as far as this server takes them. Their keys and formats are known to it alone. */
function isCertificate(text) {
  return "certificates" in form.dataset && (/^\s*(HC1:|shc:\/|B64:|UEsD|\{)/.test(text) || isDeflated(text.trim()));
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
    return line(words.noKeys);
  }
}

/** Takes the last answer away: nobody may take it for that of the next person. What comes later than this counts. */
function begin() {
  result.replaceChildren();
  latest += 1;
  return latest;
}

async function answerTo(token) {
  if (token === "") return line(words.empty);
  const jwks = await read(form.dataset.jwks);
  if (jwks === undefined) return line(words.noKeys);
  const now = Date.now() / 1000 + Number(form.dataset.clockOffset);
  try {
    const keys = await readKeys(jwks);
    const isSandbox = "sandbox" in form.dataset;
    const { valid, claims, reason } = await verifyShown(token, keys, { issuer: form.dataset.issuer, now, isSandbox });
    if (!valid) return line(words[reasonKey(reason)] ?? words.refused);
    const { stands, asOf } = await withdrawal(claims, keys, now);
    return stands === "revoked" ? line(words.reasonRevoked) : card(claims, asOf);
  } catch (error) {
    return line(error instanceof KeySetError ? words.noKeys : words.unsupported);
  }
}

/**
 * How the token stands by the list that it names, and as of when that is known to be good. The list is looked up at this
 * server by its name: no address from a token is followed.
 */
async function withdrawal({ status_list: reference }, keys, now) {
  const lists = `${form.dataset.issuer}/s/`;
  const name = reference?.uri.startsWith(lists) ? reference.uri.slice(lists.length) : "";
  if (!/^[0-9a-z]+$/.test(name) || !globalThis.DecompressionStream) return {};
  const list = await read(`/s/${name}`);
  if (list === undefined) return {};
  const { valid, claims } = await verifyList(list.trim(), keys, { issuer: form.dataset.issuer, now });
  const stands = valid ? standing(reference, claims, now) : "unknown";
  return { stands, asOf: stands === "good" ? claims.iat : undefined };
}

async function read(path) {
  try {
    const answer = await fetch(path, { referrerPolicy: "no-referrer" });
    return answer.ok ? await answer.text() : undefined;
  } catch {
    return undefined;
  }
}

/** `wrong-issuer` is `data-reason-wrong-issuer`. */
function reasonKey(reason) {
  return `reason-${reason}`.replace(/-(\w)/g, (_, letter) => letter.toUpperCase());
}

/** Without the reference: it is the entity's own, and says nothing to who is shown the status. */
function card({ vaccination_status: status, aud, purpose, as_of, evidence, exp, bearer }, goodAsOf) {
  const shown = document.querySelector("#answer").content.cloneNode(true);
  shown.querySelector(".status").classList.add(`status-${status}`);
  shown.querySelectorAll("[data-status]").forEach((part) => part.dataset.status !== String(status) && part.remove());
  const format = (time, options) => new Intl.DateTimeFormat(document.documentElement.lang, options).format(time);
  const day = format(new Date(as_of), { dateStyle: "medium", timeZone: "UTC" });
  const minute = (seconds) => format(new Date(seconds * 1000), { dateStyle: "medium", timeStyle: "short" });
  const part = (name) => shown.querySelector(`[data-fact="${name}"]`);
  const { good, unchecked } = part("withdrawn").dataset;
  const facts = {
    bearer: bearer ? [bearer.name, bearer.birth_year].filter(Boolean).join(", ") : part("bearer").dataset.unknown,
    evidence: part("evidence").dataset[evidence],
    aud,
    purpose,
    as_of: day,
    exp: minute(exp),
    withdrawn: goodAsOf === undefined ? unchecked : `${good} ${minute(goodAsOf)}`,
  };
  for (const [name, value] of Object.entries(facts)) part(name).textContent = value;
  if (!bearer) shown.querySelector('[data-when="bearer"]').remove();
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
