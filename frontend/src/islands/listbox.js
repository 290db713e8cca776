// What the palette, the relation picker and the tag input share: an input that rules over a list of [role=option], filled by
// the server's HTML, walked with the arrow keys while the focus stays in the input.
import { composing } from "../core/page.js";

let made = 0;

export class Listbox {
  /** `list`: the element with role=listbox; `choose(option, event)`: an option was taken. */
  constructor(input, list, choose) {
    Object.assign(this, { input, list, choose });
    list.addEventListener("mousedown", (event) => event.preventDefault()); // the focus stays in the input
    list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) choose(option, event);
    });
    list.addEventListener("mousemove", (event) => {
      const option = event.target.closest("[role=option]");
      if (option && option !== this.active) this.mark(option, false);
    });
  }

  get options() { return [...this.list.querySelectorAll("[role=option]:not([aria-disabled=true], [hidden])")]; }
  get active() { return this.list.querySelector("[role=option][aria-selected=true]"); }

  /** Ask `url` (with `q` = text) and show its HTML; the newest question wins. Resolves to true when shown. */
  async fill(url, text, more = {}) {
    this.asking?.abort();
    this.asking = new AbortController();
    const target = new URL(url, location.href);
    for (const [name, value] of Object.entries({ q: text, ...more })) target.searchParams.set(name, value);
    try {
      const answer = await fetch(target, { headers: { "HX-Request": "true", Accept: "text/html" }, signal: this.asking.signal });
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      this.show(await answer.text());
      return true;
    } catch (error) {
      if (error.name === "AbortError") return false;
      this.list.dispatchEvent(new CustomEvent("kizuna:failed", { bubbles: true, detail: { error } }));
      return false;
    }
  }

  show(html) {
    this.list.innerHTML = html;
    window.htmx.process(this.list);
    this.name();
    this.mark(this.options[0] ?? null, false);
  }

  name() {
    for (const option of this.options) option.id ||= `option-${++made}`;
  }

  mark(option, scroll = true) {
    this.active?.setAttribute("aria-selected", "false");
    option?.setAttribute("aria-selected", "true");
    if (option) this.input.setAttribute("aria-activedescendant", option.id);
    else this.input.removeAttribute("aria-activedescendant");
    if (scroll) option?.scrollIntoView({ block: "nearest" });
  }

  expanded(on) {
    this.input.setAttribute("aria-expanded", String(on));
    if (!on) this.input.removeAttribute("aria-activedescendant");
  }

  /** Handle arrows, Home/End in the list and Enter; true when the key was used. */
  key(event) {
    if (composing(event)) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const options = this.options;
    if (step && options.length) {
      const at = options.indexOf(this.active);
      this.mark(options.at((at + step + options.length) % options.length));
    } else if (event.key === "Enter" && this.active) this.choose(this.active, event);
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }
}
