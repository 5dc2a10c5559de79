let loading;

/**
 * Loads the element from the issuer, once, however often it is called. The script comes from there and not from this package, so that
 * it is always the one that the issuer's page speaks to.
 */
export function load(issuer, { integrity } = {}) {
  const { origin } = new URL(issuer);
  if (loading && loading.origin !== origin) return Promise.reject(new Error(`kyc-vs: this page has the element of ${loading.origin}`));
  loading ??= { origin, script: insert(origin, integrity) };
  return loading.script;
}

function insert(origin, integrity) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = `${origin}/embed.js`;
    if (integrity) Object.assign(script, { integrity, crossOrigin: "anonymous" });
    script.addEventListener("load", () => resolve(customElements.whenDefined("kyc-vs").then(() => undefined)));
    script.addEventListener("error", () => {
      loading = undefined; // the next call tries again
      script.remove();
      reject(new Error(`kyc-vs: ${script.src} could not be loaded`));
    });
    document.head.append(script);
  });
}
