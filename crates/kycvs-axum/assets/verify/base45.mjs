const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

/** Decodes Base45 (RFC 9285). Gives undefined for another character, a value beyond its bytes, or a character left over. */
export function decodeBase45(text) {
  const bytes = [];
  for (let at = 0; at < text.length; at += 3) {
    const digits = Array.from(text.slice(at, at + 3), (character) => DIGITS.indexOf(character));
    if (digits.length === 1 || digits.includes(-1)) return undefined;
    const value = digits.reduceRight((value, digit) => value * 45 + digit, 0);
    if (value > (digits.length === 3 ? 0xffff : 0xff)) return undefined;
    if (digits.length === 3) bytes.push(value >> 8);
    bytes.push(value & 0xff);
  }
  return Uint8Array.from(bytes);
}
