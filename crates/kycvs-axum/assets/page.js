// The consent page with script: sends each step's form and puts the answer in its place, counts down, tells the page that
// embeds it what came of it. Without script the same forms are sent by the browser.

import { digitsInThrees, fillIn } from "./code.mjs";
import { dress } from "./look.mjs";
import { agreeOnceSeen, bring, inFrame } from "./sight.mjs";
import { copy, enlarge, save } from "./show.mjs";

const parentWindow = inFrame ? window.parent : window.opener;
const LOOK_AGAIN_AFTER = 3;
let timers = [];
let leaving; // ends what belongs to the step that goes
let linked; // the withdrawal code that a link brought

function step() {
  return document.querySelector("#step");
}

/** Makes a step that has just come onto the page work. */
function begin() {
  document.documentElement.classList.add("scripted");
  document.documentElement.classList.toggle("framed", inFrame);
  timers.forEach(clearInterval);
  timers = [];
  leaving?.abort();
  leaving = new AbortController();
  const main = step();
  if (main.dataset.origin && !parentWindow) sayApart(main);
  main.querySelectorAll("[data-no-script]").forEach((part) => part.remove());
  main.querySelectorAll("[data-needs-script]").forEach((part) => (part.hidden = false));
  if (inFrame) main.querySelectorAll("[data-unframed]").forEach((part) => part.remove());
  main.querySelectorAll(".countdown").forEach(countDown);
  main.querySelectorAll("[data-resend-in]").forEach(waitForResend);
  main.querySelectorAll("time[data-template]").forEach(localTime);
  main.querySelectorAll("form[data-renew-after]").forEach(handOver);
  main.querySelectorAll("[data-leave]").forEach((button) => (button.hidden = inFrame || !window.opener));
  main.querySelectorAll("[data-guarded]").forEach((button) => agreeOnceSeen(main, button, leaving.signal));
  if (main.querySelector("#certificate")) import("./certificate.mjs");
  const code = main.querySelector("#otp");
  if (code) fillIn(code, leaving.signal);
  const withdrawal = main.querySelector("#withdrawal:not([readonly])");
  if (withdrawal && location.hash) {
    linked = location.hash.slice(1);
    // A code that is left in the address is left in the history, too.
    history.replaceState(null, "", location.pathname + location.search);
  }
  if (withdrawal && linked) withdrawal.value = linked;
  tell(main);
  resize();
}

/** The site cannot be told anything, since a policy of its own cut this window off (Cross-Origin-Opener-Policy), or nobody
 * opened it. So nobody is asked for a number here. */
function sayApart(main) {
  main.replaceChildren(document.querySelector("#apart").content.cloneNode(true));
}

function every(seconds, each) {
  const end = Date.now() + seconds * 1000;
  const tick = () => {
    const left = Math.max(0, Math.ceil((end - Date.now()) / 1000));
    each(left);
    if (left === 0) clearInterval(timer);
  };
  const timer = setInterval(tick, 1000);
  timers.push(timer);
  tick();
}

function countDown(part) {
  every(Number(part.dataset.seconds), (left) => {
    const time = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    part.textContent = left > 0 ? part.dataset.template.replace("⏱", time) : part.dataset.over;
  });
}

function waitForResend(button) {
  const words = button.textContent;
  every(Number(button.dataset.resendIn), (left) => {
    button.disabled = left > 0;
    button.textContent = left > 0 ? button.dataset.template.replace("⏱", left) : words;
  });
}

/** The page shows times as clocks in India do. Who reads it elsewhere gets those of their own clock. */
function localTime(part) {
  const at = new Date(part.dateTime);
  const { lang } = document.documentElement;
  const language = `${lang}-IN-u-nu-latn`;
  if (at.getTimezoneOffset() === -330 || Intl.DateTimeFormat.supportedLocalesOf(language).length === 0) return;
  const format = new Intl.DateTimeFormat(language, {
    day: "numeric", month: lang === "en" ? "short" : "long", year: "numeric", hour: "numeric", minute: "2-digit", hour12: true,
  });
  part.textContent = part.dataset.template.replace("⏱", format.format(at));
}

/** Tells the page that embeds this one, and no other, what came of it. Gives the kind of what it told. */
function tell({ dataset: { origin, message } }) {
  if (!parentWindow || !origin || !message) return undefined;
  const told = JSON.parse(message);
  parentWindow.postMessage(told, origin);
  return told.type;
}

/** How tall the page is, and what it is about in its language. Neither says anything about the person. */
function resize() {
  const { origin, about } = step().dataset;
  if (!inFrame || !origin) return;
  const height = Math.ceil(document.body.getBoundingClientRect().height);
  window.parent.postMessage({ type: "kycvs.resize", height, title: about }, origin);
}

/** Hands the site a result code, and another one before that is over, as long as the answer is on the page. */
async function handOver(form) {
  const main = step();
  for (;;) {
    const page = await post(form, { name: "action", value: "continue" });
    if (step() !== main) return;
    const told = page && tell(page.querySelector("#step"));
    if (told && told !== "kycvs.result") return;
    await new Promise((wake) => setTimeout(wake, 1000 * (told ? Number(form.dataset.renewAfter) : LOOK_AGAIN_AFTER)));
    if (step() !== main) return;
  }
}

/** Sends a form, and gives the page that it is answered with; nothing if none comes. A form never goes out twice by itself:
 * that could be a second SMS. */
async function post(form, { name, value }) {
  const body = new URLSearchParams(new FormData(form));
  if (name) body.set(name, value);
  try {
    const answer = await fetch(form.getAttribute("action"), { method: "POST", body, referrerPolicy: "same-origin" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    return page.querySelector("#step") ? page : undefined;
  } catch {
    return undefined;
  }
}

async function send(form, button) {
  const main = step();
  if (main.hasAttribute("aria-busy")) return;
  main.querySelector("[data-lost]")?.remove();
  main.classList.add("busy");
  main.setAttribute("aria-busy", "true");
  const page = await post(form, button);
  if (!page) {
    main.classList.remove("busy");
    main.removeAttribute("aria-busy");
    sayLost(form, button);
    return;
  }
  show(page);
  bring(wanted(step()), button.value === "speak" ? document.querySelector("#language") : undefined);
}

/** Puts an answered page in the place of this one, in whatever language it is. */
function show(page) {
  document.title = page.title;
  const { lang, dir } = page.documentElement;
  Object.assign(document.documentElement, { lang, dir });
  for (const part of page.head.querySelectorAll("template")) document.getElementById(part.id)?.replaceWith(part);
  document.body.replaceChildren(...page.body.childNodes);
  begin();
}

/** Whether it was worked on is not known, so the person decides whether to send it again. */
function sayLost(form, button) {
  const told = document.querySelector("#lost").content.cloneNode(true).firstElementChild;
  told.dataset.lost = "";
  told.querySelector("button").addEventListener("click", () => send(form, button));
  form.before(told);
  told.querySelector("button").focus();
}

/** Where the focus belongs: the wrong field, or the code, or what has just been done, or the step itself, which a screen reader
 * then reads from the top. */
function wanted(main) {
  const news = ["[aria-invalid=true]", "#otp", "p[tabindex]"].map((part) => main.querySelector(part));
  return news.find(Boolean) ?? main;
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  const button = event.submitter ?? form.querySelector("button");
  if (form.method !== "post" || button.value === "continue") return;
  event.preventDefault();
  send(form, button);
});
document.addEventListener("input", (event) => {
  if (event.target.id === "otp" && !event.isComposing) digitsInThrees(event.target);
});
document.addEventListener("change", ({ target }) => {
  if (target.id !== "language") return;
  if (target.form.method === "post") send(target.form, { name: "action", value: "speak" });
  else target.form.submit();
});
document.addEventListener("click", ({ target }) => {
  const { copy: copied, large, save: saved } = target.dataset;
  if (copied) copy(target);
  if (large) enlarge(target);
  if (saved) save(document.getElementById(saved));
  if ("print" in target.dataset) window.print();
  if ("leave" in target.dataset) window.close();
});
document.addEventListener("toggle", resize, true);
// What a browser kept of the page while the person was elsewhere may be over, or somebody else's.
window.addEventListener("pageshow", (event) => event.persisted && location.reload());
new ResizeObserver(resize).observe(document.body);
dress();
begin();
