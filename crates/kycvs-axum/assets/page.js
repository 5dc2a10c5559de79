// The consent page with script: sends each step's form and puts the answer in its place, counts down, tells the page that
// embeds it what came of it. Without script the same forms are sent by the browser.

const parentWindow = window.parent !== window ? window.parent : window.opener;
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
  main.querySelectorAll("[data-no-script]").forEach((part) => part.remove());
  main.querySelectorAll(".countdown").forEach(countDown);
  main.querySelectorAll("[data-resend-in]").forEach(waitForResend);
  main.querySelectorAll("time[data-template]").forEach(localTime);
  const code = main.querySelector("#otp");
  if (code) fillIn(code);
  tell(main);
  resize();
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
  part.hidden = false;
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

/** Reads the code out of the SMS where the browser can (WebOTP); the person still agrees by the button. */
async function fillIn(field) {
  if (!("OTPCredential" in window)) return;
  reading = new AbortController();
  try {
    const otp = await navigator.credentials.get({ otp: { transport: ["sms"] }, signal: reading.signal });
    if (otp?.code) field.value = otp.code;
  } catch {
    // The person types it.
  }
}

/** Tells the page that embeds this one, and no other, what came of it. */
function tell(main) {
  const { origin, message } = main.dataset;
  if (parentWindow && origin && message) parentWindow.postMessage(JSON.parse(message), origin);
}

/** How tall the page is tells nothing about the person. */
function resize() {
  if (window.parent === window) return;
  const height = Math.ceil(document.body.getBoundingClientRect().height);
  window.parent.postMessage({ type: "kycvs.resize", height }, "*");
}

async function send(form, button) {
  const fields = new URLSearchParams(new FormData(form));
  if (button?.name) fields.set(button.name, button.value);
  const main = step();
  main.classList.add("busy");
  main.setAttribute("aria-busy", "true");
  let next;
  try {
    const answer = await fetch(form.getAttribute("action"), { method: "POST", body: fields, referrerPolicy: "no-referrer" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    next = page.querySelector("#step");
    if (next) document.title = page.title;
    document.querySelector(".languages")?.toggleAttribute("hidden", !page.querySelector(".languages"));
  } catch {
    // No network: the browser's own way shows it.
  }
  if (!next) {
    main.classList.remove("busy");
    main.removeAttribute("aria-busy");
    const kept = form.querySelector("input[data-action]") ?? form.appendChild(document.createElement("input"));
    Object.assign(kept, { type: "hidden", name: button?.name ?? "", value: button?.value ?? "" });
    kept.dataset.action = "";
    form.submit();
    return;
  }
  main.replaceWith(next);
  begin();
  focusOn(next);
}

/** The wrong field first, or the code, or the step itself, which a screen reader then reads from the top. */
function focusOn(main) {
  (main.querySelector("[aria-invalid=true]") ?? main.querySelector("#otp") ?? main).focus();
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  event.preventDefault();
  if (step().hasAttribute("aria-busy")) return;
  send(form, event.submitter ?? form.querySelector("button"));
});
document.addEventListener("change", (event) => {
  if (event.target.id === "language") event.target.form.submit();
});
document.addEventListener("toggle", resize, true);
new ResizeObserver(resize).observe(document.body);
begin();
