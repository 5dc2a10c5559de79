import { createElement, useEffect, useRef } from "react";
import { load } from "./index.js";

const EVENTS = {
  "kycvs-result": "onResult",
  "kycvs-declined": "onDeclined",
  "kycvs-error": "onError",
  "kycvs-closed": "onClosed",
  "kycvs-resize": "onResize",
};

/** `<kyc-vs>` as a component. It loads the element where it is first shown. */
export function KycVs({ issuer, integrity, onResult, onDeclined, onError, onClosed, onResize, children, ...attributes }) {
  const element = useRef(null);
  const handlers = useRef({});
  handlers.current = { onResult, onDeclined, onError, onClosed, onResize };

  useEffect(() => {
    const shown = element.current;
    const tell = (event) => handlers.current[EVENTS[event.type]]?.(event.detail, event);
    for (const name of Object.keys(EVENTS)) shown.addEventListener(name, tell);
    return () => {
      for (const name of Object.keys(EVENTS)) shown.removeEventListener(name, tell);
    };
  }, []);

  useEffect(() => {
    let isShown = true;
    load(issuer, { integrity }).catch(() => isShown && handlers.current.onError?.({ error: "script-not-loaded" }));
    return () => {
      isShown = false;
    };
  }, [issuer, integrity]);

  return createElement("kyc-vs", { ref: element, ...attributes }, children);
}
