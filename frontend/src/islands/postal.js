// <kizuna-postal>: around the parts of an address. A postal code fills the parts that are empty, or that the code before
// it filled; what somebody wrote stays. Unknown codes say nothing. data-url answers {country, region, city, line1}.
const PARTS = ["country", "region", "city", "line1"];

class Postal extends HTMLElement {
  connectedCallback() {
    if (this.ready) return;
    this.ready = true;
    this.filled = {};
    this.says = this.querySelector("[data-says]");
    const code = this.#part("postal_code");
    code?.addEventListener("input", (event) => !event.isComposing && this.#look(code));
    code?.addEventListener("compositionend", () => this.#look(code));
    this.#part("country")?.addEventListener("change", () => code && this.#look(code));
  }

  disconnectedCallback() {
    this.asking?.abort();
  }

  #part(name) {
    return this.querySelector(`[name$=".${name}"]`);
  }

  async #look(code) {
    const typed = code.value.normalize("NFKC").replace(/[^0-9A-Za-z]/g, "");
    if (typed === this.asked || typed.length < 3) return;
    this.asked = typed;
    this.asking?.abort();
    this.asking = new AbortController();
    const country = this.filled.country === this.#part("country")?.value ? "" : this.#part("country").value;
    const query = new URLSearchParams({ code: typed, country });
    try {
      const answer = await fetch(`${this.dataset.url}?${query}`, { signal: this.asking.signal });
      if (answer.status === 200) this.#fill(await answer.json());
    } catch {
      this.asked = "";
    }
  }

  #fill(found) {
    const told = [];
    for (const name of PARTS) {
      const input = this.#part(name);
      if (!input || (input.value && input.value !== this.filled[name])) continue;
      input.value = this.filled[name] = found[name];
      if (name !== "country" && found[name]) told.push(found[name]);
      input.dispatchEvent(new Event("input", { bubbles: true }));
    }
    this.says.textContent = told.join(" ");
  }
}

customElements.define("kizuna-postal", Postal);
