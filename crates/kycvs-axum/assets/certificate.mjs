// Reads a certificate on the consent page: from a picture, a PDF, a text file or the camera. What is sent is the text of the code, never the
// picture.

import { isDocument, readPicture, watchCamera } from "./verify/qr-scan.mjs";

const MAX_TEXT_BYTES = 64 * 1024;
let watching;

/** Puts what a file holds into the field that it names. The code in a picture or PDF is decoded here. */
async function fill(input) {
  const [file] = input.files;
  if (!file) return;
  const isPicture = file.type.startsWith("image/") || isDocument(file);
  const isText = !isPicture && file.size <= MAX_TEXT_BYTES;
  const text = isText ? await file.text() : await readPicture(file).catch(() => undefined);
  input.value = ""; // the same file may be chosen again
  put(input, input.dataset.fills, text);
}

/** Looks through the camera until it sees a code, or until the button is pressed again. */
async function watch(button) {
  if (watching) return stop(button);
  const video = button.closest("[data-needs-script]").querySelector("video");
  const mine = new AbortController();
  watching = mine;
  video.hidden = false;
  button.textContent = button.dataset.stop;
  try {
    const text = await watchCamera(video, mine.signal);
    if (text !== undefined) put(button, button.dataset.camera, text);
  } catch {
    if (watching === mine) say(button, "noCamera");
  } finally {
    if (watching === mine) stop(button);
  }
}

function stop(button) {
  watching?.abort();
  watching = undefined;
  button.closest("[data-needs-script]").querySelector("video").hidden = true;
  button.textContent = button.dataset.start;
}

function put(from, field, text) {
  say(from, text === undefined ? "noCode" : undefined);
  if (text !== undefined) document.getElementById(field).value = text;
}

function say(from, what) {
  const told = from.closest("[data-needs-script]").querySelector("[role=alert]");
  told.hidden = what === undefined;
  told.textContent = what === undefined ? "" : told.dataset[what];
}

document.addEventListener("change", (event) => {
  if (event.target.dataset.fills) fill(event.target);
});
document.addEventListener("click", (event) => {
  if (event.target.dataset.camera) watch(event.target);
});
/** The step that is on the page may have come after this script. */
const offerCamera = () =>
  document.querySelectorAll("[data-camera]").forEach((button) => (button.hidden = !navigator.mediaDevices));
new MutationObserver(offerCamera).observe(document.body, { childList: true });
offerCamera();
