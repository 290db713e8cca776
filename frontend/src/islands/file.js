// <kizuna-file data-limit>: the file that a form sends. The browser's own control lies over the zone (ui/parts/file.html) and
// chooses without us; here it shows what was chosen, takes what is dropped beside it, and refuses what cannot be sent.
const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte"];

class Choice extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector("input[type=file]");
    this.words = this.querySelector("[data-name]");
    this.size = this.querySelector("[data-size]");
    this.button = this.querySelector("[data-clear]");
    this.unchosen = [[...this.words.childNodes], this.size.textContent];
    this.stop = new AbortController();
    const { signal } = this.stop;
    this.input.addEventListener("change", () => this.#show(), { signal });
    this.button.addEventListener("click", () => this.#clear(), { signal });
    for (const type of ["dragenter", "dragover"]) document.addEventListener(type, (event) => this.#drag(event), { signal });
    document.addEventListener("dragleave", (event) => event.relatedTarget === null && this.#cool(), { signal });
    document.addEventListener("drop", (event) => this.#drop(event), { signal });
    if (this.input.files.length) this.#show(); // chosen before this came, or kept by the browser
  }

  disconnectedCallback() {
    this.stop?.abort();
  }

  // ── dropped anywhere on the page: beside the zone, the browser would open the file and leave the page ──

  #drag(event) {
    if (!event.dataTransfer?.types.includes("Files") || document.querySelector("dialog:modal") || !this.checkVisibility()) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
    this.toggleAttribute("data-hot", true);
  }

  #cool() {
    this.removeAttribute("data-hot");
  }

  #drop(event) {
    if (!this.hasAttribute("data-hot")) return;
    event.preventDefault();
    this.#cool();
    const { files } = event.dataTransfer;
    if (files.length > 1) return this.#refuse(this.dataset.one);
    if (files.length) this.input.files = files;
    this.#show();
    this.input.focus();
  }

  // ── what was chosen ──

  #show() {
    const [file] = this.input.files;
    this.#say("");
    this.button.hidden = !file;
    this.toggleAttribute("data-chosen", Boolean(file));
    this.words.replaceChildren(...(file ? [file.name] : this.unchosen[0]));
    this.words.title = file?.name ?? "";
    this.size.textContent = file ? sized(file.size) : this.unchosen[1];
    if (file?.size > Number(this.dataset.limit)) this.#refuse(this.dataset.tooLarge);
    else if (file && !file.size) this.#refuse(this.dataset.empty);
  }

  #clear() {
    this.input.value = "";
    this.#show();
    this.input.focus();
  }

  /** The name stays to be read; nothing of it is sent. */
  #refuse(why) {
    this.input.value = "";
    this.#say(why);
  }

  #say(why) {
    const line = this.querySelector(".k-error");
    line.querySelector("[data-why]").textContent = why;
    line.hidden = !why;
    if (why) this.input.setAttribute("aria-invalid", "true");
    else this.input.removeAttribute("aria-invalid");
  }
}

/** A size as the reader's language writes it, in steps of 1024 as everywhere else on the screen. */
function sized(bytes) {
  const step = Math.min(UNITS.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, bytes)) / 10)));
  const format = { style: "unit", unit: UNITS[step], unitDisplay: step ? "short" : "long", maximumFractionDigits: 1 };
  return new Intl.NumberFormat(document.documentElement.lang, format).format(bytes / 1024 ** step);
}

customElements.define("kizuna-file", Choice);
