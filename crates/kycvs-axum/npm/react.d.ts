import type { ReactElement, ReactNode } from "react";
import type { KycVsAttributes, KycVsError, KycVsEvents } from "./index.js";

type Handler<Name extends keyof KycVsEvents> = (detail: KycVsEvents[Name], event: CustomEvent<KycVsEvents[Name]>) => void;

/** What `KycVs` takes: the attributes of the element, and a handler for each of its events. */
export interface KycVsProps extends KycVsAttributes {
  /** Where the element comes from, such as `https://kycvs.example`. */
  issuer: string;
  /** Holds the script to a hash. */
  integrity?: string;
  className?: string;
  /** What the button says; `<span slot="answered">` says it after the answer. */
  children?: ReactNode;
  onResult?: Handler<"kycvs-result">;
  onDeclined?: Handler<"kycvs-declined">;
  /** `script-not-loaded` comes without an event. */
  onError?: (detail: { error: KycVsError | "script-not-loaded" }, event?: CustomEvent<KycVsEvents["kycvs-error"]>) => void;
  onClosed?: Handler<"kycvs-closed">;
  onResize?: Handler<"kycvs-resize">;
}

/** `<kyc-vs>` as a component. It loads the element where it is first shown. */
export function KycVs(props: KycVsProps): ReactElement;
