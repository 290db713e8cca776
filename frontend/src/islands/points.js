// <kizuna-points>: repeating rows (e-mail, phone, link, address). Inside (ui/parts/points.html): rows [data-point], a
// <template>, [data-add], [data-remove], [data-primary] radios. Names are "<field>.<n>.<part>"; n never repeats, order counts.
class Points extends HTMLElement {
  connectedCallback() {
    if (this.ready) return;
    this.ready = true;
    this.rows = this.querySelector("[data-points]");
    this.template = this.querySelector("template");
    this.querySelector("[data-add]").addEventListener("click", () => this.add().querySelector("input:not([type=radio], [type=hidden])")?.focus());
    this.addEventListener("click", (event) => {
      const button = event.target.closest("[data-remove]");
      if (button) this.#remove(button.closest("[data-point]"));
    });
    this.addEventListener("kizuna:restore", ({ detail }) => this.#restore(detail));
    this.#tidy();
  }

  get #next() {
    const used = [...this.rows.querySelectorAll("[data-point]")].map((row) => Number(row.dataset.point));
    return Math.max(-1, ...used) + 1;
  }

  /** A new empty row, at the end; returns it. */
  add(number = this.#next) {
    const copy = this.template.content.cloneNode(true);
    const row = copy.querySelector("[data-point]");
    row.dataset.point = number;
    for (const element of [row, ...row.querySelectorAll("*")]) {
      for (const attribute of ["name", "id", "for", "value", "aria-describedby"]) {
        const value = element.getAttribute(attribute);
        if (value?.includes("__n__")) element.setAttribute(attribute, value.replaceAll("__n__", number));
      }
    }
    this.rows.append(copy);
    this.#tidy();
    this.#changed();
    return row;
  }

  #remove(row) {
    const neighbour = row.nextElementSibling ?? row.previousElementSibling;
    row.remove();
    this.#tidy();
    this.#changed();
    (neighbour?.querySelector("input:not([type=radio])") ?? this.querySelector("[data-add]")).focus();
  }

  /** One is always the first to use; a lone row needs no choice. */
  #tidy() {
    const radios = [...this.rows.querySelectorAll("[data-primary]")];
    if (radios.length && !radios.some((radio) => radio.checked)) radios[0].checked = true;
    this.toggleAttribute("data-single", radios.length < 2);
  }

  #changed() {
    this.dispatchEvent(new Event("change", { bubbles: true }));
  }

  #restore(entries) {
    const prefix = `${this.dataset.name}.`;
    for (const name of entries.keys()) {
      const number = name.startsWith(prefix) ? name.slice(prefix.length).split(".")[0] : "";
      if (/^\d+$/.test(number) && !this.rows.querySelector(`[data-point="${number}"]`)) this.add(Number(number));
    }
  }
}

customElements.define("kizuna-points", Points);
