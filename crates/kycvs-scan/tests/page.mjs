// Takes the pictures out of PDFs as the page does: of each the lightness of its pixels. What a browser has and Node.js has not is put in.
import { deflateSync } from "node:zlib";

globalThis.ImageData = class {
  constructor(data, width, height) {
    Object.assign(this, { data, width, height });
  }
};
globalThis.createImageBitmap = async (source) => source;
const { picturesOf } = await import(process.argv[2]);

const SIDE = 64;
const board = Buffer.from(Array.from({ length: SIDE * SIDE }, (_, at) => (((at % SIDE) >> 2) + (at >> 8)) % 2 ? 255 : 0));
const at = (x, y) => (x < 0 || y < 0 ? 0 : board[y * SIDE + x]);

function filtered(filter) {
  const lines = Array.from({ length: SIDE }, (_, y) => {
    const line = Array.from({ length: SIDE }, (_, x) => {
      const [left, above, corner] = [at(x - 1, y), at(x, y - 1), at(x - 1, y - 1)];
      const away = (byte) => Math.abs(left + above - corner - byte);
      const nearest = away(left) <= away(above) && away(left) <= away(corner) ? left : away(above) <= away(corner) ? above : corner;
      return (at(x, y) - [0, left, above, (left + above) >> 1, nearest][filter]) & 255;
    });
    return Buffer.from([filter, ...line]);
  });
  return Buffer.concat(lines);
}

const bits = Buffer.from(Array.from({ length: SIDE * 8 }, (_, byte) =>
  [7, 6, 5, 4, 3, 2, 1, 0].reduce((sum, bit, x) => sum | ((at((byte % 8) * 8 + x, byte >> 3) ? 1 : 0) << bit), 0)));
const three = Buffer.from([...board].flatMap((grey) => [grey, grey, grey]));
const four = Buffer.from([...board].flatMap((grey) => [0, 0, 0, 255 - grey]));

const pdf = (entries, data) =>
  new Blob([`%PDF-1.4\n1 0 obj\n<</Subtype/Image/Width ${SIDE}/Height ${SIDE}${entries}>>\nstream\r\n`, data, "\nendstream\nendobj\n"]);
const flate = (entries, data) => pdf(`/Filter/FlateDecode${entries}`, deflateSync(data));
const forms = {
  grey: flate("/BitsPerComponent 8", board),
  colour: flate("/BitsPerComponent 8", three),
  ink: flate("/BitsPerComponent 8", four),
  bits: flate("/BitsPerComponent 1", bits),
};
for (const filter of [0, 1, 2, 3, 4]) forms[`filter ${filter}`] = flate("/BitsPerComponent 8/DecodeParms<</Predictor 15>>", filtered(filter));

const told = {};
for (const [name, file] of Object.entries(forms)) {
  for await (const { data } of picturesOf(file)) told[name] = board.every((grey, pixel) => data[4 * pixel] === grey);
}
for await (const { type } of picturesOf(pdf("/Filter/DCTDecode", "a JPEG"))) told.jpeg = type === "image/jpeg";
const none = { encrypted: pdf("/Filter/DCTDecode/Encrypt 2 0 R", "a JPEG"), long: flate("", Buffer.alloc(1 << 20)), "no zlib": pdf("/Filter/FlateDecode", "x"),
  "not a PDF": new Blob(["stream"]), huge: new Blob([new Uint8Array(6 << 20)]) };
for (const [name, file] of Object.entries(none)) {
  told[name] = true;
  for await (const _ of picturesOf(file)) told[name] = false;
}
console.log(JSON.stringify(told));
