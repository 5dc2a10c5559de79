// Says a verdict to ears and hands, if whoever scans wants it: two rising notes for good, a long low one for bad, and so on.

const KEPT = "kycvs-gate-signals";
/** For each lamp: notes as pitch in Hz and length in seconds, and how the device shakes, in milliseconds. */
const SIGNALS = {
  green: { notes: [[880, 0.09], [1320, 0.14]], shake: [80] },
  amber: { notes: [[660, 0.25]], shake: [80, 80, 80] },
  red: { notes: [[330, 0.2], [262, 0.3]], shake: [300] },
  refused: { notes: [[196, 0.15], [196, 0.15], [196, 0.3]], shake: [200, 80, 200, 80, 200] },
};
const LOUDNESS = 0.3;
let audio;

/** Makes a switch of a button, which remembers how it was left. */
export function offerSignals(button) {
  const show = (isOn) => button.setAttribute("aria-pressed", String(isOn));
  show(remembered());
  button.addEventListener("click", () => {
    const isOn = button.getAttribute("aria-pressed") !== "true";
    show(isOn);
    remember(isOn);
    if (isOn) signal(button, "green");
  });
}

export function signal(button, lamp) {
  if (button.getAttribute("aria-pressed") !== "true") return;
  const { notes, shake } = SIGNALS[lamp];
  navigator.vibrate?.(shake);
  if (!globalThis.AudioContext) return;
  audio ??= new AudioContext();
  audio.resume();
  let at = audio.currentTime;
  for (const [pitch, length] of notes) {
    const [tone, loudness] = [audio.createOscillator(), audio.createGain()];
    tone.frequency.value = pitch;
    loudness.gain.setValueAtTime(LOUDNESS, at);
    loudness.gain.exponentialRampToValueAtTime(0.001, at + length);
    tone.connect(loudness).connect(audio.destination);
    tone.start(at);
    tone.stop(at + length);
    at += length;
  }
}

function remembered() {
  try {
    return localStorage.getItem(KEPT) === "on";
  } catch {
    return false; // a browser that keeps nothing
  }
}

function remember(isOn) {
  try {
    localStorage.setItem(KEPT, isOn ? "on" : "off");
  } catch {
    // It is as long on as the page is open.
  }
}
