// Reads a QR code from a picture or from the camera. The decoder is large, so it is loaded when it is first needed.

const LONGEST_SIDE = 1600;
const BETWEEN_FRAMES = 150; // milliseconds

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
function draw(source, width, height, side = LONGEST_SIDE) {
  const scale = Math.min(1, side / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(source, 0, 0, canvas.width, canvas.height);
  return canvas;
}

/** The text of the QR code in a picture file; undefined when there is none. */
export async function readPicture(file) {
  let picture;
  try {
    picture = await createImageBitmap(file);
  } catch {
    return undefined; // no picture
  }
  // A photograph is often read better when it is smaller.
  try {
    for (const side of [LONGEST_SIDE, 800]) {
      const text = await decode(draw(picture, picture.width, picture.height, side));
      if (text !== undefined) return text;
    }
    return undefined;
  } finally {
    picture.close(); // a photograph takes some fifty megabytes
  }
}

/**
 * Looks through the camera until it sees a QR code or `signal` is aborted. Gives the text, or undefined when it was
 * aborted; throws when there is no camera or the person does not allow it. The camera is off afterwards.
 */
export async function watchCamera(video, signal) {
  // A token is a code of some hundred modules on a side, too fine for the usual 640 by 480.
  const wanted = { facingMode: "environment", width: { ideal: 1920 }, height: { ideal: 1080 } };
  const stream = await navigator.mediaDevices.getUserMedia({ video: wanted, audio: false });
  try {
    video.srcObject = stream;
    await video.play();
    while (!signal.aborted) {
      if (video.videoWidth > 0) {
        const text = await decode(draw(video, video.videoWidth, video.videoHeight));
        if (text !== undefined) return text;
      }
      await new Promise((resolve) => setTimeout(resolve, BETWEEN_FRAMES));
    }
    return undefined;
  } finally {
    stream.getTracks().forEach((track) => track.stop());
    video.srcObject = null;
  }
}
