/** How the page looks in your site. What is left out is as the issuer's own pages are. */
export interface Appearance {
  /** The colour of buttons and links, as `#0b5cab`. One on which text cannot be read is not taken. */
  "appearance-accent"?: `#${string}`;
  /** Font families that people have on their devices; the page loads none. */
  "appearance-font"?: string;
  /** The corners of fields, buttons and cards: `0px` to `24px`. */
  "appearance-radius"?: `${number}px`;
  /** Light or dark, whatever the person's device prefers. */
  "appearance-theme"?: "light" | "dark";
}

/** The attributes of `<kyc-vs>`. */
export interface KycVsAttributes extends Appearance {
  /** The `id` of the visit that your server opened. */
  session: string;
  /** A window, opened by the element's button, unless you ask for a frame. */
  mode?: "window" | "frame";
  /** The name of the field that carries the result code in the form around the element. */
  name?: string;
  /** What screen readers call the frame, and what the button says where nothing stands between the tags. */
  title?: string;
}

/** Why there is no answer: what the element found, or a problem code of the page. */
export type KycVsError =
  /** The browser did not open the window. */
  | "window-blocked"
  /** The frame showed no page of ours within ten seconds: it was refused, or nothing was reached. */
  | "not-loaded"
  /** The result code was not replaced in time, and the field of the form is empty again. */
  | "result-expired"
  | "request-expired"
  | "request-locked"
  | "no-matching-record"
  | "consent-withdrawn"
  | (string & {});

/** The events of `<kyc-vs>`, with what is in their `detail`. All bubble. */
export interface KycVsEvents {
  /** The person agreed. Send the code to your server now. The window stays until the person goes on, or you `close()` it. */
  "kycvs-result": { resultCode: string };
  /** The person did not agree. The window is closed. */
  "kycvs-declined": Record<string, never>;
  /** There is no answer, or no longer one. */
  "kycvs-error": { error: KycVsError };
  /** The person closed the window without an answer. */
  "kycvs-closed": Record<string, never>;
  /** The frame has another height, in CSS pixels. */
  "kycvs-resize": { height: number };
}

/** The element, once its script is loaded. */
export interface KycVsElement extends HTMLElement {
  /** Closes the window, if one is open. */
  close(): void;
}

type EventMap = { [Name in keyof KycVsEvents]: CustomEvent<KycVsEvents[Name]> };

declare global {
  interface HTMLElementTagNameMap {
    "kyc-vs": KycVsElement;
  }
  interface HTMLElementEventMap extends EventMap {}
  interface DocumentEventMap extends EventMap {}
  interface WindowEventMap extends EventMap {}
}

/**
 * Loads the element from `issuer`, such as `https://kycvs.example`, and resolves when `<kyc-vs>` works. Rejects where the script cannot be
 * loaded, after which it may be called again, and for a second issuer on one page. `integrity` holds the script to a hash.
 */
export function load(issuer: string, options?: { integrity?: string }): Promise<void>;
