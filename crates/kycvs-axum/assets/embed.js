// <kyc-vs session="…">: a button that opens the consent page of KYC-VS in a window, or with mode="frame" the page itself in a frame.
// Either way the page has an origin of its own, so this site sees neither mobile number nor code. The element fires kycvs-result
// {resultCode}, kycvs-declined, kycvs-error {error}, kycvs-closed and kycvs-resize {height}, and is a field of the form that it stands
// in: with name="…" the form carries the result code.
(() => {
  if (!document.currentScript) throw new Error("kyc-vs: embed.js is a plain script and no module: load it by <script src>");
  const issuer = new URL(document.currentScript.src).origin;
  const LEAST_HEIGHT = 320;
  const MOST_HEIGHT = 4000;
  const PATIENCE = 10_000; // milliseconds until a frame that says nothing counts as refused
  const LOOK_AGAIN_AFTER = 500; // milliseconds
  // What a page looks like before it is there: top and height in pixels, width in per cent.
  const SKELETON = [[8, 20, 35], [44, 150, 100], [214, 16, 45], [236, 46, 100], [302, 16, 30], [324, 46, 100], [394, 46, 100]];
  const APPEARANCE = ["appearance-accent", "appearance-font", "appearance-radius", "appearance-theme"];

  class KycVs extends HTMLElement {
    static formAssociated = true;
    static observedAttributes = ["session", "mode", ...APPEARANCE];

    // Safari has it from 16.4 on; before, a hidden field carries the result code.
    #internals = this.attachInternals?.();
    #root = this.attachShadow({ mode: "closed" });
    #window; // the page: what is in the frame, or the window
    #frame;
    #skeleton;
    #button;
    #field;
    #state = "idle";
    #timers = [];
    #expiry;
    #words = new MutationObserver(() => this.#label());
    #listen = (event) => this.#hear(event);
    // A page that comes back as it was left has a result code that may have been used: what can be had now is asked anew.
    #comeBack = (event) => event.persisted && this.#state === "answered" && this.#show();

    connectedCallback() {
      addEventListener("message", this.#listen);
      addEventListener("pageshow", this.#comeBack);
      this.#show();
    }

    disconnectedCallback() {
      removeEventListener("message", this.#listen);
      removeEventListener("pageshow", this.#comeBack);
      this.#stop();
      this.#words.disconnect();
    }

    attributeChangedCallback(name, before, now) {
      if (!this.isConnected || before === now) return;
      if (!APPEARANCE.includes(name)) this.#show();
      else if (this.#frame) this.#frame.src = this.#url; // only what follows `#` differs, so nothing is loaded again
    }

    /** A browser that loads a page again gives its fields what they had: a result code may have been used since. */
    formStateRestoreCallback() {
      if (this.#state !== "answered") this.#setValue(null);
    }

    /** Closes the window. After an answer the person does so, by the page's own button. */
    close() {
      if (!this.#frame) this.#window?.close();
    }

    /** The page, and behind `#`, where no server sees it, how it looks. */
    get #url() {
      const looks = APPEARANCE.filter((name) => this.hasAttribute(name)).map((name) => [name, this.getAttribute(name)]);
      const page = `${issuer}/embed/${encodeURIComponent(this.getAttribute("session") ?? "")}`;
      return looks.length > 0 ? `${page}#${new URLSearchParams(looks)}` : page;
    }

    #show() {
      this.#stop();
      this.#words.disconnect();
      this.#window = this.#frame = this.#button = undefined;
      this.#become("idle");
      if (this.getAttribute("mode") === "frame") this.#showFrame();
      else this.#showButton();
    }

    #showFrame() {
      const frame = document.createElement("iframe");
      frame.title = this.getAttribute("title") ?? "KYC-VS";
      frame.part = "frame";
      frame.allow = `clipboard-write ${issuer}; otp-credentials ${issuer}`;
      frame.referrerPolicy = "no-referrer";
      frame.setAttribute("sandbox", "allow-forms allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox");
      const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
      const transition = isStill ? "none" : "height .15s ease-out";
      Object.assign(frame.style, { border: "0", display: "block", width: "100%", height: "640px", colorScheme: "normal", transition });
      // What a browser shows of a frame that was refused is shown only when it is sure that the page does not come.
      frame.style.visibility = "hidden";
      frame.src = this.#url;
      this.#frame = frame;
      this.#root.replaceChildren(frame, this.#drawSkeleton(isStill));
      this.#timers.push(setTimeout(() => this.#giveUp(), PATIENCE));
    }

    /** Bars in the place of the page, in the colour of the site's text. */
    #drawSkeleton(isStill) {
      const bars = SKELETON.map(([top, height, width]) => `linear-gradient(currentColor 0 0) 0 ${top}px/${width}% ${height}px no-repeat`);
      const skeleton = (this.#skeleton = document.createElement("div"));
      skeleton.part = "skeleton";
      Object.assign(skeleton.style, { height: "640px", marginTop: "-640px", opacity: ".1", background: bars.join() });
      if (!isStill) skeleton.animate({ opacity: [0.1, 0.05, 0.1] }, { duration: 1600, iterations: Infinity });
      return skeleton;
    }

    #reveal() {
      this.#frame.style.visibility = "visible";
      this.#skeleton.remove();
    }

    /** A browser tells no site that it refused a frame. */
    #giveUp() {
      if (this.#frame.style.visibility === "visible") return;
      this.#reveal();
      this.#fail("not-loaded");
    }

    #showButton() {
      this.#button = document.createElement("button");
      this.#button.type = "button";
      this.#button.addEventListener("click", () => this.#open());
      this.#root.replaceChildren(this.#button);
      this.#become("idle");
      // What stands between the tags may be parsed only after this.
      this.#words.observe(this, { childList: true, characterData: true, subtree: true });
    }

    #open() {
      if (this.#window && !this.#window.closed) return this.#window.focus();
      this.#window = open(this.#url, "", "popup,width=480,height=760");
      if (!this.#window) return this.#fail("window-blocked");
      this.#become("open");
      this.#timers.push(setInterval(() => this.#window?.closed && this.#left(), LOOK_AGAIN_AFTER));
    }

    /** The window is closed. */
    #left() {
      this.#stop();
      this.#window = undefined;
      if (this.#state === "answered" || this.#state === "declined") return;
      this.#become("idle");
      this.#fire("kycvs-closed", {});
    }

    #stop() {
      this.#timers.forEach(clearInterval);
      this.#timers = [];
    }

    /** The state is a part of the button, `::part(answered)`, and a slot of that name has its words. */
    #become(state) {
      this.#state = state;
      if (state !== "answered") this.#setValue(null);
      if (!this.#button) return;
      this.#button.part = `button ${state}`;
      this.#button.disabled = state === "answered";
      this.#label();
    }

    #label() {
      if (!this.#button) return;
      const slot = document.createElement("slot");
      const isNamed = this.querySelector(`:scope > [slot="${this.#state}"]`);
      if (isNamed) slot.name = this.#state;
      const isWord = (node) => (node.nodeType === 1 ? !node.slot && node.type !== "hidden" : node.nodeType === 3 && node.data.trim());
      const words = isNamed || [...this.childNodes].some(isWord) ? slot : (this.getAttribute("title") ?? "KYC-VS");
      this.#button.replaceChildren(...(this.#state === "answered" && !isNamed ? ["\u2713 ", words] : [words]));
    }

    /** Only what the page itself says counts: from its origin, and from its window. */
    #hear({ origin, source, data }) {
      const page = this.#frame?.contentWindow ?? this.#window;
      if (origin !== issuer || !page || source !== page || typeof data !== "object" || data === null) return;
      if (this.#frame) this.#reveal();
      switch (data.type) {
        case "kycvs.resize":
          this.#name(data.title);
          return this.#resize(Number(data.height));
        case "kycvs.result":
          return this.#take(String(data.result_code), Number(data.good_for));
        case "kycvs.declined":
          this.#become("declined");
          this.#fire("kycvs-declined", {});
          return this.close();
        case "kycvs.error":
          return this.#fail(String(data.error));
      }
    }

    /** A result code is replaced before it is over; what it stands for is the same, and is told once. */
    #take(resultCode, seconds) {
      const isFirst = this.#state !== "answered";
      if (isFirst) this.#become("answered");
      this.#setValue(resultCode);
      clearTimeout(this.#expiry);
      if (seconds > 0) this.#expiry = setTimeout(() => this.#fail("result-expired"), seconds * 1000);
      if (isFirst) this.#fire("kycvs-result", { resultCode });
    }

    #fail(error) {
      this.#become("failed");
      this.#fire("kycvs-error", { error });
    }

    /** The value in the form that this element is in. */
    #setValue(value) {
      if (value === null) clearTimeout(this.#expiry);
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
      // Where a step is so much shorter than the last that nothing of it is left in sight, the person is taken to it.
      if (this.#frame.getBoundingClientRect().top + bounded < 0) this.scrollIntoView({ block: "nearest" });
      this.#fire("kycvs-resize", { height: bounded });
    }

    #fire(name, detail) {
      this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
    }
  }

  if (!customElements.get("kyc-vs")) customElements.define("kyc-vs", KycVs);
})();
