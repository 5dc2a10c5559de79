// What a person sees: that the focus is on the screen, and that nobody agrees to what was never shown.

export const inFrame = window.parent !== window;

/** How long to wait for the page that embeds this one to make its frame as tall as the new step. */
const FRAME_FOLLOWS_MS = 400;

/** What people do who take the page into their own hands: from then on nothing moves it. */
const TAKES_OVER = ["keydown", "pointerdown", "touchstart", "wheel"];

/** Gives the focus, and brings it onto the screen once the frame has the height of the step that it is in. A step is shown from
 * its top, and goes down only as far as the field needs. */
export function bring(wanted, kept) {
  const target = kept ?? wanted;
  if (!inFrame) window.scrollTo(0, 0);
  target.focus({ preventScroll: true });
  const heading = target.closest("main")?.querySelector("h1");
  const show = () => {
    if (!target.isConnected) return;
    if (inFrame) heading?.scrollIntoView({ block: "nearest" });
    target.scrollIntoView({ block: "nearest" });
  };
  show();
  if (!inFrame) return;
  const takenOver = new AbortController();
  const { signal } = takenOver;
  for (const input of TAKES_OVER) window.addEventListener(input, () => takenOver.abort(), { signal, passive: true });
  window.addEventListener("resize", () => requestAnimationFrame(show), { once: true, signal });
  setTimeout(() => signal.aborted || show(), FRAME_FOLLOWS_MS);
}

/** The notices that were on the screen, by their hashes: a step that is shown again after a wrong code shows no new one. */
const seen = new Set();

/** In a frame, a site could cover the notice and have a click land on the button (clickjacking). So the button waits until both
 * were on the screen, and where the browser can tell (IntersectionObserver v2), until nothing covered them. */
export function agreeOnceSeen(main, button, signal) {
  const notice = main.querySelector(".asked");
  if (!inFrame || !notice || !("IntersectionObserver" in window)) return;
  const hint = main.querySelector("[data-unseen]");
  const hash = button.form.elements.notice_hash.value;
  const unseen = new Set(seen.has(hash) ? [button] : [notice, button]);
  const mind = (isUnseen) => {
    button.disabled = isUnseen;
    if (hint) hint.hidden = !isUnseen;
  };
  const watch = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) {
        if (entry.isIntersecting && entry.intersectionRatio >= 0.5 && entry.isVisible !== false) unseen.delete(entry.target);
      }
      if (unseen.size > 0) return;
      watch.disconnect();
      seen.add(hash);
      mind(false);
    },
    { threshold: [0, 0.5, 1], trackVisibility: true, delay: 100 },
  );
  mind(true);
  for (const part of unseen) watch.observe(part);
  signal.addEventListener("abort", () => watch.disconnect());
}
