// CBOR in its deterministic encoding (RFC 8949 section 4.2), as strictly as the Rust crate kycvs-cose reads it: one form of each
// item, so that two readers cannot differ.

const MAX_DEPTH = 8;
const MAX_ITEMS = 256;
const LARGEST = 2n ** 63n - 1n;
const SIMPLE = new Map([[20n, false], [21n, true], [22n, null]]);

/** An item with the number of a tag, a BigInt. */
export class Tagged {
  constructor(tag, item) {
    this.tag = tag;
    this.item = item;
  }
}

class Fault extends Error {}

/**
 * Reads one item, all of the bytes: numbers as BigInts, bytes as Uint8Array, texts, arrays, Maps, `Tagged`, booleans and null.
 * Gives undefined for anything but the one encoding of an item, or too much of it.
 */
export function parseCbor(bytes) {
  const reader = new Reader(bytes);
  try {
    const item = reader.item(MAX_DEPTH);
    return reader.at === bytes.length ? item : undefined;
  } catch (error) {
    if (error instanceof Fault) return undefined;
    throw error;
  }
}

/** A text or bytes, encoded. */
export function encoded(value) {
  const [major, bytes] = typeof value === "string" ? [3, new TextEncoder().encode(value)] : [2, value];
  const length = bytes.length;
  const head = length < 24 ? [length] : length < 256 ? [24, length] : [25, length >> 8, length & 0xff];
  return [(major << 5) | head[0], ...head.slice(1), ...bytes];
}

function fail() {
  throw new Fault();
}

class Reader {
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
    this.items = 0;
  }

  item(depth) {
    this.items += 1;
    if (depth === 0 || this.items > MAX_ITEMS) fail();
    const [major, value] = this.head();
    switch (major) {
      case 0:
      case 1:
        if (value > LARGEST) fail();
        return major === 0 ? value : -1n - value;
      case 2:
        return this.take(value);
      case 3:
        return textOf(this.take(value));
      case 4:
        return this.array(value, depth - 1);
      case 5:
        return this.map(value, depth - 1);
      case 6:
        return new Tagged(value, this.item(depth - 1));
      default:
        return SIMPLE.has(value) ? SIMPLE.get(value) : fail();
    }
  }

  array(length, depth) {
    const items = []; // the length is only a claim
    for (let count = 0n; count < length; count += 1n) items.push(this.item(depth));
    return items;
  }

  map(length, depth) {
    const map = new Map();
    let last;
    for (let count = 0n; count < length; count += 1n) {
      const start = this.at;
      const key = this.item(depth);
      const written = this.bytes.subarray(start, this.at);
      if (last && !isBefore(last, written)) fail();
      last = written;
      map.set(key, this.item(depth));
    }
    return map;
  }

  /** The major type and the value of a head, which must have its shortest form. */
  head() {
    const [first] = this.take(1n);
    const [major, short] = [first >> 5, first & 0x1f];
    if (short < 24) return [major, BigInt(short)];
    if (major === 7 || short > 27) fail(); // floats, and lengths left open
    const bytes = this.take(BigInt(1 << (short - 24)));
    const value = bytes.reduce((value, byte) => value * 256n + BigInt(byte), 0n);
    const least = short === 24 ? 24n : 2n ** BigInt(4 * (1 << (short - 24)));
    return value < least ? fail() : [major, value];
  }

  take(length) {
    if (length > BigInt(this.bytes.length - this.at)) fail();
    this.at += Number(length);
    return this.bytes.subarray(this.at - Number(length), this.at);
  }
}

function textOf(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return fail();
  }
}

/** Whether the bytes of a key come before those of another (RFC 8949 section 4.2.1). */
function isBefore(one, other) {
  const at = one.findIndex((byte, at) => byte !== other[at]);
  return at === -1 ? one.length < other.length : at < other.length && one[at] < other[at];
}
