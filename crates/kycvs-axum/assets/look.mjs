// How a site wants the page to look that it embeds. It says so behind `#`, where no server sees it; what is not of this list, or
// could not be read, is left out, and the look of whoever runs this server stays.

const LEAST_CONTRAST = 4.5; // WCAG 2.2, 1.4.3
const MOST_RADIUS = 24;

/** Takes what the site wants. */
export function dress() {
  const wanted = new URLSearchParams(location.hash.slice(1));
  const root = document.documentElement;
  const theme = wanted.get("appearance-theme");
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  const accent = wanted.get("appearance-accent");
  if (accent && isReadable(accent)) {
    root.style.setProperty("--accent", accent);
    root.style.setProperty("--on-accent", contrast(accent, "#ffffff") >= contrast(accent, "#000000") ? "#fff" : "#000");
  }
  const [, radius] = /^(\d{1,2})px$/.exec(wanted.get("appearance-radius")) ?? [];
  if (radius && Number(radius) <= MOST_RADIUS) root.style.setProperty("--radius", `${radius}px`);
  const font = wanted.get("appearance-font");
  if (/^[\w ,'"-]{1,200}$/.test(font ?? "")) root.style.setProperty("--font", font);
}

/** A link of this colour can be read on the page. */
function isReadable(accent) {
  const style = getComputedStyle(document.documentElement);
  return ["--paper", "--ground"].every((on) => contrast(accent, style.getPropertyValue(on).trim()) >= LEAST_CONTRAST);
}

/** The contrast of two colours such as #0b5cab, 1 to 21; 0 where one is none. */
function contrast(one, other) {
  const [a, b] = [luminance(one), luminance(other)];
  return Number.isNaN(a + b) ? 0 : (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

function luminance(colour) {
  if (!/^#[0-9a-f]{6}$/i.test(colour)) return NaN;
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
