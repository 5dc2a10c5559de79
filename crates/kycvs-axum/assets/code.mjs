// The field of the code.

/** Shows digits in groups of three as they are typed, with the caret where it was among them. */
export function digitsInThrees(field) {
  const typed = field.value;
  const before = digits(typed.slice(0, field.selectionStart)).length;
  const shown = digits(typed).replace(/(.{3})(?=.)/gu, "$1 ");
  if (shown === typed) return;
  field.value = shown;
  const caret = before + Math.max(0, Math.ceil(before / 3) - 1);
  field.setSelectionRange(caret, caret);
}

function digits(text) {
  return text.replace(/[\s-]/gu, "");
}

/** Reads the code out of the SMS where the browser can (WebOTP); the person still agrees by the button. In a frame it can where
 * the site lets it, as the element does, and the message names both domains. */
export async function fillIn(field, signal) {
  if (!("OTPCredential" in window)) return;
  try {
    const otp = await navigator.credentials.get({ otp: { transport: ["sms"] }, signal });
    if (!otp?.code) return;
    field.value = otp.code;
    digitsInThrees(field);
  } catch {
    // The person types it.
  }
}
