// <kizuna-postal>: around the parts of an address. A postal code fills the parts that are empty, or that the code before
// it filled; what somebody wrote stays. An unknown code takes away what the one before it filled, and when the person is
// done with it, it says so. data-url answers {country, region, city, line1} or {words}, nothing where nobody knows codes.
const PARTS = ["country", "region", "city", "line1"];

class Postal extends HTMLElement {
  connectedCallback() {
    if (this.ready) return;
    this.ready = true;
    this.filled = {};
    this.words = "";
    this.says = this.querySelector("[data-says]");
    const code = this.#part("postal_code");
    code?.addEventListener("input", (event) => !event.isComposing && this.#look(code));
    code?.addEventListener("compositionend", () => this.#look(code));
    code?.addEventListener("change", () => this.#warn());
    this.#part("country")?.addEventListener("change", () => code && this.#look(code));
    if (code && code.value !== code.defaultValue) this.#look(code); // typed before this was loaded
  }

  disconnectedCallback() {
    this.asking?.abort();
  }

  #part(name) {
    return this.querySelector(`[name$=".${name}"]`);
  }

  async #look(code) {
    const typed = code.value.normalize("NFKC").replace(/[^0-9A-Za-z]/g, "");
    const country = this.filled.country === this.#part("country")?.value ? "" : this.#part("country").value;
    const query = `${new URLSearchParams({ code: typed, country })}`;
    if (query === this.asked) return;
    this.asked = query;
    this.asking?.abort();
    if (typed.length < 3) return this.#fill({});
    this.asking = new AbortController();
    try {
      const answer = await fetch(`${this.dataset.url}?${query}`, { signal: this.asking.signal });
      this.#fill(answer.status === 204 ? {} : await answer.json());
      if (document.activeElement !== code) this.#warn();
    } catch {
      this.asked = "";
    }
  }

  #fill(found) {
    const told = [];
    for (const name of PARTS) {
      const input = this.#part(name);
      if (!input || (input.value && input.value !== this.filled[name])) continue;
      const part = found[name] ?? "";
      if (!part && !input.value) continue;
      input.value = this.filled[name] = part;
      if (name !== "country" && part) told.push(part);
      input.dispatchEvent(new Event("input", { bubbles: true }));
    }
    this.words = found.words ?? "";
    this.says.textContent = told.join(" ");
  }

  #warn() {
    if (this.words) this.says.textContent = this.words;
  }
}

customElements.define("kizuna-postal", Postal);
