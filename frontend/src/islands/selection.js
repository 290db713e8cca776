// <kizuna-selection>: rows chosen by check boxes around a table. Events out: `kizuna:selected` {count, all} (bubbles).
//   [data-check] in rows, [data-check-page] in the head, form#selection with [data-all] and the words it shows.
class Selection extends HTMLElement {
  #last = null;

  connectedCallback() {
    if (this.ready) return;
    this.ready = true;
    this.addEventListener("click", (event) => this.#click(event));
    this.addEventListener("change", (event) => this.#change(event));
    this.onSwap = () => this.#show();
    document.addEventListener("htmx:after:swap", this.onSwap);
    document.addEventListener("kizuna:rows", this.onSwap);
    this.onKey = (event) => event.key === "Escape" && !document.querySelector("dialog[open], :popover-open.k-menu") && this.#checked.length && this.#clear();
    document.addEventListener("keydown", this.onKey);
    if (this.querySelector("[data-check-page]")?.checked) for (const box of this.#boxes) box.checked = true; // pressed before this was loaded
    this.onDone = () => this.#clear();
    document.addEventListener("kizuna:changed", this.onDone);
    this.#show();
  }

  disconnectedCallback() {
    document.removeEventListener("htmx:after:swap", this.onSwap);
    document.removeEventListener("kizuna:rows", this.onSwap);
    document.removeEventListener("keydown", this.onKey);
    document.removeEventListener("kizuna:changed", this.onDone);
    this.ready = false;
  }

  get #bar() { return this.querySelector("#selection"); }
  get #boxes() { return [...this.querySelectorAll("[data-check]")]; }
  get #checked() { return this.#boxes.filter((box) => box.checked); }
  get #everything() { return this.#bar?.querySelector("[data-all]"); }

  #click(event) {
    const box = event.target.closest("[data-check]");
    if (box) this.#range(box, event.shiftKey);
    else if (event.target.closest("[data-select-all]")) this.#all(true);
    else if (event.target.closest("[data-clear]")) this.#clear();
  }

  #range(box, extend) {
    const boxes = this.#boxes;
    const from = boxes.indexOf(this.#last);
    const to = boxes.indexOf(box);
    if (extend && from >= 0) {
      for (const other of boxes.slice(Math.min(from, to), Math.max(from, to) + 1)) other.checked = box.checked;
    }
    this.#last = box;
    this.#show();
  }

  #change(event) {
    if (event.target.matches("[data-check-page]")) {
      for (const box of this.#boxes) box.checked = event.target.checked;
    } else if (!event.target.matches("[data-check]")) return;
    if (!event.target.checked) this.#everything.disabled = true;
    this.#show();
  }

  #all(on) {
    this.#everything.disabled = !on;
    this.#everything.value = on ? "1" : "";
    for (const box of this.#boxes) box.checked = on;
    this.#show();
  }

  #clear() {
    this.#last = null;
    if (this.#bar) this.#all(false);
  }

  #show() {
    const bar = this.#bar;
    if (!bar) return;
    const count = this.#checked.length;
    const all = !this.#everything.disabled;
    const page = this.querySelector("[data-check-page]");
    if (page) {
      page.checked = count > 0 && count === this.#boxes.length;
      page.indeterminate = count > 0 && !page.checked;
    }
    const total = this.querySelector("[data-count]")?.textContent.trim();
    this.#word("[data-one]", !all && count === 1);
    this.#word("[data-many]", !all && count > 1);
    this.#word("[data-everything]", all);
    this.#word("[data-select-all]", !all && count > 0);
    bar.querySelector("[data-selected]").textContent = count.toLocaleString(document.documentElement.lang);
    for (const place of bar.querySelectorAll("[data-total]")) place.textContent = total ? ` (${total})` : "";
    const appeared = bar.hidden && count > 0;
    bar.hidden = !count;
    this.dispatchEvent(new CustomEvent("kizuna:selected", { bubbles: true, detail: { count, all, appeared } }));
  }

  #word(selector, on) {
    for (const element of this.#bar.querySelectorAll(selector)) element.hidden = !on;
  }
}

customElements.define("kizuna-selection", Selection);
