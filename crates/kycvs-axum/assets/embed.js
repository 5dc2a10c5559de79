// <kyc-vs session="…">: the consent page of KYC-VS in a frame of its own origin, so that this page sees neither mobile number
// nor code. It fires kycvs-result {resultCode}, kycvs-declined, kycvs-error {error} and kycvs-resize {height}, and stands in a form
// as a field: with name="…" the form carries the result code.
(() => {
  if (!document.currentScript) throw new Error("kyc-vs: embed.js is a plain script and no module: load it by <script src>");
  const issuer = new URL(document.currentScript.src).origin;
  const LEAST_HEIGHT = 320;
  const MOST_HEIGHT = 4000;

  class KycVs extends HTMLElement {
    static formAssociated = true;
    static observedAttributes = ["session"];

    // Safari has it from 16.4 on; before, a hidden field carries the result code.
    #internals = this.attachInternals?.();
    #window; // the page: what is in the frame, or the popup
    #frame;
    #isAnswered = false;
    #words = new MutationObserver(() => this.#label());

    constructor() {
      super();
      this.#root = this.attachShadow({ mode: "closed" });
    }

    #root;
    #field;
    #listen = (event) => this.#hear(event);
    // A page that comes back as it was left has a result code that may have been used: what can be had now is asked anew.
    #comeBack = (event) => event.persisted && this.#isAnswered && this.#show();

    connectedCallback() {
      addEventListener("message", this.#listen);
      addEventListener("pageshow", this.#comeBack);
      this.#show();
    }

    disconnectedCallback() {
      removeEventListener("message", this.#listen);
      removeEventListener("pageshow", this.#comeBack);
      this.#words.disconnect();
    }

    attributeChangedCallback(name, before, now) {
      if (this.isConnected && before !== now) this.#show();
    }

    get #url() {
      return `${issuer}/embed/${encodeURIComponent(this.getAttribute("session") ?? "")}`;
    }

    #show() {
      this.#forget();
      this.#window = undefined;
      this.#frame = undefined;
      if (this.getAttribute("mode") === "popup") this.#showButton();
      else this.#showFrame();
    }

    #showFrame() {
      const frame = document.createElement("iframe");
      frame.title = this.getAttribute("title") ?? "KYC-VS";
      frame.allow = `clipboard-write ${issuer}`;
      frame.referrerPolicy = "no-referrer";
      frame.setAttribute("sandbox", "allow-forms allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox");
      Object.assign(frame.style, { border: "0", display: "block", width: "100%", height: "640px", colorScheme: "normal" });
      frame.src = this.#url;
      this.#frame = frame;
      this.#root.replaceChildren(frame);
    }

    #showButton() {
      const button = document.createElement("button");
      button.type = "button";
      button.part = "button";
      button.addEventListener("click", () => {
        if (this.#window && !this.#window.closed) this.#window.focus();
        else this.#window = open(this.#url, "", "popup,width=480,height=760");
      });
      this.#root.replaceChildren(button);
      this.#label();
      // What stands between the tags may be parsed only after this.
      this.#words.observe(this, { childList: true, characterData: true, subtree: true });
    }

    #label() {
      const hasWords = this.querySelector(":scope > :not([type=hidden])") || this.textContent.trim();
      const words = hasWords ? document.createElement("slot") : (this.getAttribute("title") ?? "KYC-VS");
      this.#root.querySelector("button")?.replaceChildren(words);
    }

    /** Only what the page itself says counts: from its origin, and from its window. */
    #hear({ origin, source, data }) {
      const page = this.#frame?.contentWindow ?? this.#window;
      if (origin !== issuer || !page || source !== page || typeof data !== "object" || data === null) return;
      switch (data.type) {
        case "kycvs.resize":
          this.#name(data.title);
          return this.#resize(Number(data.height));
        case "kycvs.result":
          return this.#take(String(data.result_code));
        case "kycvs.declined":
          return this.#fire("kycvs-declined", {});
        case "kycvs.error":
          this.#forget();
          return this.#fire("kycvs-error", { error: String(data.error) });
      }
    }

    /** A result code is replaced before it is over; what it stands for is the same, and is told once. */
    #take(resultCode) {
      const isFirst = !this.#isAnswered;
      this.#isAnswered = true;
      this.#setValue(resultCode);
      if (isFirst) this.#fire("kycvs-result", { resultCode });
    }

    #forget() {
      this.#isAnswered = false;
      this.#setValue(null);
    }

    /** The value in the form that this element is in. */
    #setValue(value) {
      if (this.#internals?.setFormValue) return this.#internals.setFormValue(value);
      this.#field?.remove();
      this.#field = undefined;
      if (value === null || !this.getAttribute("name")) return;
      this.#field = Object.assign(document.createElement("input"), { type: "hidden", name: this.getAttribute("name"), value });
      this.append(this.#field);
    }

    /** What screen readers call the frame: what the site says, or what the page says in the person's language. */
    #name(title) {
      if (this.#frame && typeof title === "string") this.#frame.title = this.getAttribute("title") ?? title;
    }

    #resize(height) {
      if (!this.#frame || !Number.isFinite(height)) return;
      const bounded = Math.min(Math.max(height, LEAST_HEIGHT), MOST_HEIGHT);
      this.#frame.style.height = `${bounded}px`;
      this.#fire("kycvs-resize", { height: bounded });
    }

    #fire(name, detail) {
      this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
    }
  }

  if (!customElements.get("kyc-vs")) customElements.define("kyc-vs", KycVs);
})();
