// JSON as strictly as the Rust crate kycvs-token reads it: each name once in an object, at any depth, since two readers of
// one token must not read two different answers. JSON.parse keeps the last of two and says nothing.

const MAX_MEMBERS = 64;
const MAX_DEPTH = 127;
const SPACE = /[ \t\n\r]*/y;
const WORD = /true|false|null/y;
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/y;

const NONE = { own: [] };

/**
 * Why bytes are not the JSON that was asked for: `kind` is `malformed`, `duplicate` or `not-an-integer`, the last of which
 * has the name of its `member`.
 */
export class JsonFault extends Error {
  constructor(kind, member) {
    super(kind);
    this.kind = kind;
    this.member = member;
  }
}

/**
 * Reads one JSON value from UTF-8 bytes. Objects are Maps, numbers and words are null, since nobody asks for them: but
 * the members that `integers` names, `{own: [name], within: [member, integers]}`, must be integers of 64 bits, and are
 * BigInts.
 */
export function parseValue(bytes, integers = NONE) {
  const reader = new Reader(textOf(bytes));
  const value = reader.value(1, integers);
  reader.space();
  if (reader.at < reader.text.length) fail("malformed");
  return value;
}

/** The same for a value that must be an object. */
export function parseObject(bytes, integers = NONE) {
  const value = parseValue(bytes, integers);
  return value instanceof Map ? value : fail("malformed");
}

function fail(kind, member) {
  throw new JsonFault(kind, member);
}

function textOf(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return fail("malformed");
  }
}

/** Reads from left to right and stops at the first fault, so that a text with two has the reason that Rust gives. */
class Reader {
  constructor(text) {
    this.text = text;
    this.at = 0;
  }

  match(pattern) {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text) ?? fail("malformed");
    this.at = pattern.lastIndex;
    return found;
  }

  space() {
    this.match(SPACE);
  }

  peek() {
    this.space();
    return this.text[this.at];
  }

  takes(character) {
    const is = this.peek() === character;
    if (is) this.at += 1;
    return is;
  }

  expect(character) {
    if (!this.takes(character)) fail("malformed");
  }

  value(depth, integers = NONE) {
    switch (this.peek()) {
      case "{":
        return this.object(depth, integers);
      case "[":
        return this.array(depth);
      case '"':
        return this.string();
      default:
        this.numberOrWord();
        return null;
    }
  }

  object(depth, integers) {
    if (depth > MAX_DEPTH) fail("malformed");
    const members = new Map();
    this.expect("{");
    if (this.takes("}")) return members;
    do {
      this.space();
      const name = this.string();
      if (members.has(name)) fail("duplicate");
      if (members.size === MAX_MEMBERS) fail("malformed");
      this.expect(":");
      members.set(name, integers.own.includes(name) ? this.integer(name) : this.value(depth + 1, within(integers, name)));
    } while (this.takes(","));
    this.expect("}");
    return members;
  }

  array(depth) {
    if (depth > MAX_DEPTH) fail("malformed");
    const values = [];
    this.expect("[");
    if (this.takes("]")) return values;
    do values.push(this.value(depth + 1));
    while (this.takes(","));
    this.expect("]");
    return values;
  }

  string() {
    const text = JSON.parse(this.match(STRING)[0]);
    return /\p{Surrogate}/u.test(text) ? fail("malformed") : text; // half a pair, which is no character
  }

  /** The text of a number, or of `true`, `false` or `null`. */
  numberOrWord() {
    if (/[tfn]/.test(this.peek() ?? "")) return this.match(WORD)[0];
    const [number, fraction, exponent] = this.match(NUMBER);
    const next = this.text[this.at] ?? "";
    const isCut = (/[eE]/.test(next) && !exponent) || (next === "." && !fraction && !exponent);
    if (isCut || (/^-?0$/.test(number) && /[0-9]/.test(next))) fail("malformed");
    if (!Number.isFinite(Number(number))) fail("malformed");
    return number;
  }

  integer(name) {
    if ("{[".includes(this.peek() ?? "?")) fail("not-an-integer", name);
    const literal = this.peek() === '"' ? (this.string(), "") : this.numberOrWord();
    if (!/^(?:0|-?[1-9][0-9]*)$/.test(literal)) fail("not-an-integer", name);
    const integer = BigInt(literal);
    return BigInt.asIntN(64, integer) === integer ? integer : fail("not-an-integer", name);
  }
}

function within(integers, name) {
  return integers.within?.[0] === name ? integers.within[1] : NONE;
}
