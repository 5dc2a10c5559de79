// The consent page with script: sends each step's form and puts the answer in its place, counts down, tells the page that
// embeds it what came of it. Without script the same forms are sent by the browser.

const parentWindow = window.parent !== window ? window.parent : window.opener;
const LOOK_AGAIN_AFTER = 3;
let timers = [];
let reading;

function step() {
  return document.querySelector("#step");
}

/** Makes a step that has just come onto the page work. */
function begin() {
  document.documentElement.classList.add("scripted");
  timers.forEach(clearInterval);
  timers = [];
  reading?.abort();
  const main = step();
  if (main.dataset.origin && !parentWindow) sayApart(main);
  main.querySelectorAll("[data-no-script]").forEach((part) => part.remove());
  main.querySelectorAll("[data-needs-script]").forEach((part) => (part.hidden = false));
  main.querySelectorAll(".countdown").forEach(countDown);
  main.querySelectorAll("[data-resend-in]").forEach(waitForResend);
  main.querySelectorAll("time[data-template]").forEach(localTime);
  main.querySelectorAll("form[data-renew-after]").forEach(handOver);
  if (main.querySelector("#certificate")) import("./certificate.mjs");
  const code = main.querySelector("#otp");
  if (code) fillIn(code);
  const withdrawal = main.querySelector("#withdrawal:not([readonly])");
  if (withdrawal && location.hash) withdrawal.value = location.hash.slice(1);
  tell(main);
  resize();
}

/** The site cannot be told anything, since a policy of its own cut this window off (Cross-Origin-Opener-Policy), or nobody
 * opened it. Nobody is asked for a number in vain. */
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

function localTime(part) {
  const format = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
  part.textContent = part.dataset.template.replace("⏱", format.format(new Date(part.dateTime)));
}

/** Reads the code out of the SMS where the browser can (WebOTP); the person still agrees by the button. In a frame it cannot:
 * the message names our domain only. */
async function fillIn(field) {
  if (window.parent !== window || !("OTPCredential" in window)) return;
  reading = new AbortController();
  try {
    const otp = await navigator.credentials.get({ otp: { transport: ["sms"] }, signal: reading.signal });
    if (otp?.code) field.value = otp.code;
  } catch {
    // The person types it.
  }
}

/** Copies what a field shows. Where the browser does not let us, it is marked, ready to be copied. */
async function copy(button) {
  const field = document.getElementById(button.dataset.copy);
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    const told = button.parentElement.querySelector("[data-done]");
    told.textContent = told.dataset.done;
  } catch {
    field.focus();
  }
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
  if (window.parent === window || !origin) return;
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
  const next = page.querySelector("#step");
  document.title = page.title;
  document.querySelector(".languages")?.toggleAttribute("hidden", !page.querySelector(".languages"));
  main.replaceWith(next);
  begin();
  focusOn(next);
}

/** Whether it was worked on is not known, so the person decides whether to send it again. */
function sayLost(form, button) {
  const told = document.querySelector("#lost").content.cloneNode(true).firstElementChild;
  told.dataset.lost = "";
  told.querySelector("button").addEventListener("click", () => send(form, button));
  form.before(told);
  told.querySelector("button").focus();
}

/** The wrong field first, or the code, or the step itself, which a screen reader then reads from the top. */
function focusOn(main) {
  (main.querySelector("[aria-invalid=true]") ?? main.querySelector("#otp") ?? main).focus();
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  const button = event.submitter ?? form.querySelector("button");
  if (form.method !== "post" || button.value === "continue") return;
  event.preventDefault();
  send(form, button);
});
document.addEventListener("change", (event) => {
  if (event.target.id === "language") event.target.form.submit();
});
document.addEventListener("click", (event) => {
  if (event.target.dataset.copy) copy(event.target);
});
document.addEventListener("toggle", resize, true);
new ResizeObserver(resize).observe(document.body);
begin();
