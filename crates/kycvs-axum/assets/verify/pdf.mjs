// The pictures in a PDF, taken out as they lie there (ISO 32000-1, 7.3.8 and 8.9.5), as the Rust crate kycvs-scan takes them. Nothing is
// rendered, and nothing in the document runs.

const MAX_BYTES = 5 * 1024 * 1024;
const MAX_PICTURES = 64;
const MAX_PIXELS = 25_000_000; // of all pictures together
const SIDES = [40, 4200];
const LONGEST_DICTIONARY = 4096;

/** Gives the pictures that may hold a code, one after the other; one that cannot be read is passed over. */
export async function* picturesOf(file) {
  if (file.size > MAX_BYTES) return;
  const bytes = new Uint8Array(await file.arrayBuffer());
  const text = new TextDecoder("latin1").decode(bytes); // a character for each byte
  if (text.includes("/Encrypt")) return;
  let pictures = 0;
  let pixels = 0;
  for (const { dictionary, from, to } of streams(text)) {
    const [width, height] = ["Width", "Height"].map((name) => number(dictionary, name));
    const fits = [width, height].every((side) => side >= SIDES[0] && side <= SIDES[1]);
    if (!dictionary.includes("/Image") || !fits) continue;
    pixels += width * height;
    if (++pictures > MAX_PICTURES || pixels > MAX_PIXELS) return;
    try {
      yield await picture(dictionary, bytes.subarray(from, to), width, height);
    } catch {
      // not of a form that is read
    }
  }
}

function* streams(text) {
  let at = 0;
  for (;;) {
    const begin = text.indexOf("stream", at);
    const end = text.indexOf("endstream", begin + 6);
    if (begin < 0 || end < 0) return;
    const before = text.slice(Math.max(0, begin - LONGEST_DICTIONARY), begin);
    const from = begin + 6 + (text.startsWith("\r\n", begin + 6) ? 2 : text[begin + 6] === "\n" ? 1 : 0);
    yield { dictionary: before.slice(Math.max(0, before.lastIndexOf(" obj"))), from, to: end };
    at = end + 9;
  }
}

async function picture(dictionary, data, width, height) {
  const isDeflated = dictionary.includes("FlateDecode");
  if (dictionary.includes("DCTDecode") && !isDeflated) return createImageBitmap(new Blob([data], { type: "image/jpeg" }));
  if (!isDeflated) throw new Error("another filter");
  const samples = await inflated(data, height * (4 * width + 1));
  return createImageBitmap(new ImageData(rgba(dictionary, samples, width, height), width, height));
}

/** Inflates to at most `most` bytes; what follows the stream, such as the end of its line, is no fault. */
async function inflated(data, most) {
  const out = new Uint8Array(most);
  let length = 0;
  const reader = new Blob([data]).stream().pipeThrough(new DecompressionStream("deflate")).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      if (length + value.length > most) throw new RangeError("too long");
      out.set(value, length);
      length += value.length;
    }
  } catch (error) {
    if (error instanceof RangeError || length === 0) throw error;
  } finally {
    reader.cancel().catch(() => undefined);
  }
  return out.subarray(0, length);
}

/** The samples as a canvas has them: one bit or one, three or four bytes a pixel, with PNG's filters or without. */
export function rgba(dictionary, samples, width, height) {
  const isFiltered = number(dictionary, "Predictor") >= 10;
  const line = Math.floor(samples.length / height) - (isFiltered ? 1 : 0);
  const isBits = number(dictionary, "BitsPerComponent") === 1 && line === Math.ceil(width / 8);
  const channels = isBits ? 1 : Math.floor(line / width);
  if (![1, 3, 4].includes(channels)) throw new Error("another colour space");
  const plain = isFiltered ? unfiltered(samples, line, channels) : samples;
  const out = new Uint8ClampedArray(4 * width * height);
  for (let at = 0; at < width * height; at++) {
    const [x, y] = [at % width, Math.floor(at / width)];
    const place = y * line + (isBits ? x >> 3 : x * channels);
    const bit = ((plain[place] >> (7 - (x & 7))) & 1) * 255;
    // Four channels are cyan, magenta, yellow and black, whose sum is darkness.
    const dark = () => 255 - Math.min(255, plain[place] + plain[place + 1] + plain[place + 2] + plain[place + 3]);
    const grey = isBits ? bit : channels === 4 ? dark() : plain[place];
    const colour = channels === 3 ? plain.subarray(place, place + 3) : [grey, grey, grey];
    out.set([...colour, 255], 4 * at);
  }
  return out;
}

/** Undoes PNG's filters (PNG, section 9): each line begins with the number of its own. */
function unfiltered(samples, line, channels) {
  const lines = Math.floor(samples.length / (line + 1));
  const out = new Uint8Array(lines * line);
  for (let y = 0; y < lines; y++) {
    const filter = samples[y * (line + 1)];
    for (let x = 0; x < line; x++) {
      const of = (up, back) => (y < up || x < back ? 0 : out[(y - up) * line + x - back]);
      const [left, above, corner] = [of(0, channels), of(1, 0), of(1, channels)];
      const guess = [0, left, above, (left + above) >> 1, paeth(left, above, corner)][filter];
      if (guess === undefined) throw new Error("another filter");
      out[y * line + x] = samples[y * (line + 1) + 1 + x] + guess;
    }
  }
  return out;
}

function paeth(left, above, corner) {
  const guess = left + above - corner;
  const away = (byte) => Math.abs(guess - byte);
  const nearest = away(left) <= away(above) ? left : above;
  return away(nearest) <= away(corner) ? nearest : corner;
}

/** The number that follows a name; of a reference to one, what no picture has. */
function number(dictionary, name) {
  const found = dictionary.match(new RegExp(`/${name}\\s*(\\d+)(?!\\s+\\d+\\s+R)`));
  return found ? Number(found[1]) : undefined;
}
