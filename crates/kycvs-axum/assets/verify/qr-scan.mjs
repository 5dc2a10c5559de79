// Reads a QR code from a picture or from the camera. The decoder is large, so it is loaded when it is first needed.

/** What a photograph is made as small as: it is often read better so. The last is for fine codes in large pictures. */
const SIDES = [1600, 800, 4096];
const LONGEST_SIDE = SIDES[0];
const BETWEEN_FRAMES = 100; // milliseconds

async function decode(canvas) {
  const { default: decodeQR } = await import("./vendor/qr/decode.js");
  const { width, height } = canvas;
  const { data } = canvas.getContext("2d", { willReadFrequently: true }).getImageData(0, 0, width, height);
  try {
    return decodeQR({ width, height, data }, { textDecoder: textOf });
  } catch {
    return undefined; // no code in the picture, or one that cannot be read
  }
}

/** The text of a code. The ZIP of a CoWIN certificate is no text: it becomes `B64:` and Base64, as other scanners give it. */
function textOf(bytes) {
  const isZip = [0x50, 0x4b, 3, 4].every((byte, at) => bytes[at] === byte);
  return isZip ? `B64:${btoa(String.fromCharCode(...bytes))}` : new TextDecoder().decode(bytes);
}

/** Draws a picture or a frame, made smaller where it is very large, on white for those that are transparent. */
function draw(source, width, height, side = LONGEST_SIDE, canvas = document.createElement("canvas")) {
  const scale = Math.min(1, side / Math.max(width, height));
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(source, 0, 0, canvas.width, canvas.height);
  return canvas;
}

/** Whether it is a PDF; not every browser says so by its type. */
export const isDocument = (file) => file.type === "application/pdf" || /\.pdf$/i.test(file.name);

/** The text of the QR code in a picture or PDF; undefined when there is none. */
export async function readPicture(file) {
  if (isDocument(file)) return readDocument(file);
  let picture;
  try {
    picture = await createImageBitmap(file);
  } catch {
    return undefined; // no picture
  }
  return readBitmap(picture);
}

/** The code in the pictures of a PDF. A card that was cut into several is given whole, one code a line. */
async function readDocument(file) {
  const { picturesOf } = await import("./pdf.mjs");
  const parts = [];
  for await (const picture of picturesOf(file)) {
    const text = await readBitmap(picture);
    if (text === undefined || parts.includes(text)) continue;
    if (!/^shc:\/\d+\/\d+\//.test(text)) return text;
    parts.push(text);
  }
  return parts.length > 0 ? parts.join("\n") : undefined;
}

async function readBitmap(picture) {
  try {
    const longest = Math.max(picture.width, picture.height);
    for (const side of SIDES.filter((side) => side <= LONGEST_SIDE || longest > LONGEST_SIDE)) {
      const text = await decode(draw(picture, picture.width, picture.height, side));
      if (text !== undefined) return text;
    }
    return undefined;
  } finally {
    picture.close(); // a photograph takes some fifty megabytes
  }
}

/** A camera whose picture a `<video>` shows. It is on from `open` to `close`, however often it is read. */
export class Camera {
  #video;
  #canvas = document.createElement("canvas");
  #stream;

  constructor(video) {
    this.#video = video;
  }

  /** Turns it on, unless it is. Throws when there is none or the person does not allow it. */
  async open() {
    if (this.#stream?.active) return;
    // A token is a code of some hundred modules on a side, too fine for the usual 640 by 480.
    const wanted = { facingMode: "environment", width: { ideal: 1920 }, height: { ideal: 1080 } };
    const stream = await navigator.mediaDevices.getUserMedia({ video: wanted, audio: false });
    this.close(); // another call may have been quicker
    this.#stream = stream;
    this.#video.srcObject = this.#stream;
    await this.#video.play();
  }

  /** Looks until it sees a QR code whose text `counts`; gives the text, or undefined when `signal` is aborted first. */
  async read(signal, counts = () => true) {
    while (!signal.aborted && this.#stream) {
      const { videoWidth, videoHeight } = this.#video;
      if (videoWidth > 0) {
        const text = await decode(draw(this.#video, videoWidth, videoHeight, LONGEST_SIDE, this.#canvas));
        if (text !== undefined && !signal.aborted && counts(text)) return text;
      }
      await new Promise((resolve) => setTimeout(resolve, BETWEEN_FRAMES));
    }
    return undefined;
  }

  /** Turns it off. */
  close() {
    this.#stream?.getTracks().forEach((track) => track.stop());
    this.#stream = undefined;
    this.#video.srcObject = null;
  }
}

/** Looks through the camera until it sees a QR code or `signal` is aborted, as `Camera` does. The camera is off afterwards. */
export async function watchCamera(video, signal) {
  const camera = new Camera(video);
  try {
    await camera.open();
    return await camera.read(signal);
  } finally {
    camera.close();
  }
}
