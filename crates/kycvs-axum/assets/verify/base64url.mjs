const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/**
 * Decodes base64url without padding (RFC 7515 section 2). Trailing bits must be zero, so that bytes have one spelling.
 * Gives undefined for anything else.
 */
export function decodeBase64Url(text) {
  if (!/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) return undefined;
  const base64 = text.replaceAll("-", "+").replaceAll("_", "/");
  const trailing = [0, 0, 0x0f, 0x03][text.length % 4];
  if (DIGITS.indexOf(base64.at(-1)) & trailing) return undefined;
  return Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
}

export function encodeBase64Url(bytes) {
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
