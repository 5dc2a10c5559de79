// Takes a picture of each code as a poor camera does, and counts how many the page's reader reads. See main.rs for both ends of the pipe.

import { readFileSync } from "node:fs";

const { default: decodeQR } = await import(process.argv[2]);
const WIDTH = 640;
const HEIGHT = 480;
const BLUR = 2; // the standard deviation, in pixels
const TILT = (20 * Math.PI) / 180;
const FILL = 0.86; // how much of the picture's height the code takes
const DISTANCE = 2.5; // from the camera, in widths of the code
const STEPS = [0.125, 0.375, 0.625, 0.875]; // within a pixel

const KERNEL = Array.from({ length: 13 }, (_, at) => Math.exp(-((at - 6) ** 2) / (2 * BLUR ** 2)));
const TOTAL = KERNEL.reduce((sum, weight) => sum + weight);
const WEIGHTS = KERNEL.map((weight) => weight / TOTAL);

/** Whether what a point of the picture shows is dark: the code is turned by TILT around a line through its middle. */
function darkAt(rows, axis) {
  const [side, alongX, alongY, scale] = [rows.length, Math.cos(axis), Math.sin(axis), HEIGHT * FILL * DISTANCE];
  const [slope, shrink] = [Math.tan(TILT), Math.cos(TILT)];
  return (px, py) => {
    const [rx, ry] = [(px - WIDTH / 2) / scale, (py - HEIGHT / 2) / scale];
    const [along, across] = [rx * alongX + ry * alongY, ry * alongX - rx * alongY];
    const depth = DISTANCE / (1 - across * slope);
    const [u, v] = [along * depth, (across * depth) / shrink];
    const x = Math.floor((u * alongX - v * alongY + 0.5) * side);
    const y = Math.floor((u * alongY + v * alongX + 0.5) * side);
    return x >= 0 && y >= 0 && x < side && y < side && rows[y][x] === "1";
  };
}

/** The light, blurred along rows (a step of 1, lines that begin each WIDTH) or columns; an edge goes on beyond the picture. */
function blurred(light, step, length, lineStep, lines) {
  const out = new Float64Array(light.length);
  for (let line = 0; line < lines; line += 1) {
    const first = line * lineStep;
    for (let at = 0; at < length; at += 1) {
      let sum = 0;
      for (let k = 0; k < 13; k += 1) {
        sum += WEIGHTS[k] * light[first + step * Math.min(length - 1, Math.max(0, at + k - 6))];
      }
      out[first + step * at] = sum;
    }
  }
  return out;
}

function photograph(rows, axis, seed) {
  const isDark = darkAt(rows, axis);
  const sharp = new Float64Array(WIDTH * HEIGHT);
  for (let at = 0; at < sharp.length; at += 1) {
    const [x, y] = [at % WIDTH, Math.floor(at / WIDTH)];
    let dark = 0;
    for (const dy of STEPS) for (const dx of STEPS) dark += isDark(x + dx, y + dy) ? 1 : 0;
    sharp[at] = 220 - (180 * dark) / 16;
  }
  const light = blurred(blurred(sharp, 1, WIDTH, WIDTH, HEIGHT), WIDTH, HEIGHT, 1, WIDTH);
  const data = new Uint8ClampedArray(WIDTH * HEIGHT * 4).fill(255);
  let noise = Math.imul(seed + 1, 0x9e3779b9) | 1;
  light.forEach((grey, at) => {
    noise ^= noise << 13;
    noise ^= noise >>> 17;
    noise ^= noise << 5;
    data.fill(grey + (Math.abs(noise) % 13) - 6, 4 * at, 4 * at + 3);
  });
  return { width: WIDTH, height: HEIGHT, data };
}

function isRead({ text, rows }, at, { length }) {
  try {
    return decodeQR(photograph(rows, (2 * Math.PI * at) / length, at)) === text;
  } catch {
    return false; // no code found
  }
}

const lists = JSON.parse(readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(lists.map((codes) => codes.filter(isRead).length)));
