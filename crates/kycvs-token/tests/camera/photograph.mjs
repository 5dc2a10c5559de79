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
const WEIGHT = KERNEL.reduce((sum, weight) => sum + weight);

/** Whether what a point of the picture shows is dark: the code is turned by TILT around a line through its middle. */
function darkAt(rows, axis) {
  const [alongX, alongY, scale] = [Math.cos(axis), Math.sin(axis), HEIGHT * FILL * DISTANCE];
  return (px, py) => {
    const [rx, ry] = [(px - WIDTH / 2) / scale, (py - HEIGHT / 2) / scale];
    const [along, across] = [rx * alongX + ry * alongY, ry * alongX - rx * alongY];
    const depth = DISTANCE / (1 - across * Math.tan(TILT));
    const [u, v] = [along * depth, (across * depth) / Math.cos(TILT)];
    const x = Math.floor((u * alongX - v * alongY + 0.5) * rows.length);
    const y = Math.floor((u * alongY + v * alongX + 0.5) * rows.length);
    return rows[y]?.[x] === "1";
  };
}

function blurred(light, step, place, end) {
  const near = (at, k) => light[at + step * (Math.min(end - 1, Math.max(0, place(at) + k - 6)) - place(at))];
  return light.map((_, at) => KERNEL.reduce((sum, weight, k) => sum + weight * near(at, k), 0) / WEIGHT);
}

function photograph(rows, axis, seed) {
  const isDark = darkAt(rows, axis);
  const sharp = new Float64Array(WIDTH * HEIGHT).map((_, at) => {
    const [x, y] = [at % WIDTH, Math.floor(at / WIDTH)];
    const dark = STEPS.reduce((sum, dy) => sum + STEPS.filter((dx) => isDark(x + dx, y + dy)).length, 0);
    return 220 - (180 * dark) / 16;
  });
  const light = blurred(blurred(sharp, 1, (at) => at % WIDTH, WIDTH), WIDTH, (at) => Math.floor(at / WIDTH), HEIGHT);
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
