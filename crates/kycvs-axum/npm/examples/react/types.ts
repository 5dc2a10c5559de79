// What the types of the package allow and what they refuse; `tsc` fails where a line that is expected to be wrong is right.
import { load } from "kycvs-element";

load("https://kycvs.example", { integrity: "sha384-…" });
document.querySelector("kyc-vs")?.addEventListener("kycvs-result", (event) => {
  const code: string = event.detail.resultCode;
  // @ts-expect-error the detail has no such member
  event.detail.result_code;
  return code;
});
document.addEventListener("kycvs-error", ({ detail }) => detail.error === "window-blocked");
window.addEventListener("kycvs-resize", ({ detail }) => detail.height.toFixed());
// @ts-expect-error an issuer is required
load();
