// <kizuna-mention data-url>: a textarea in which an @ offers people. Inside (ui/parts/mention.html): the textarea,
// [role=listbox] in a popover [data-box], [data-mentions] for the hidden inputs "mention" with the ids of those chosen.
// The answer to data-url?q= is a list of [role=option][data-value][data-text]. The text says "@Name"; whom it does not name
// any more when it is posted, is not mentioned.
import { composing } from "../core/page.js";
import { Listbox } from "./listbox.js";

const DELAY = 120;
const LONGEST = 40;

class Mention extends HTMLElement {
  connectedCallback() {
    if (this.list) return;
    this.text = this.querySelector("textarea");
    this.box = this.querySelector("[data-box]");
    const list = this.querySelector("[role=listbox]");
    this.text.setAttribute("aria-autocomplete", "list");
    this.text.setAttribute("aria-controls", list.id);
    this.list = new Listbox(this.text, list, (option) => this.#choose(option));
    this.text.addEventListener("input", (event) => composing(event) || this.#later());
    this.text.addEventListener("compositionend", () => this.#later());
    this.text.addEventListener("keydown", (event) => this.#key(event));
    this.text.addEventListener("blur", () => this.#hide());
    if (document.activeElement === this.text) this.#later(); // an @ typed before this was loaded
  }

  disconnectedCallback() {
    clearTimeout(this.waiting);
  }

  get #open() { return this.box.matches(":popover-open"); }

  /** What stands between the last @ and the caret: [start, words], or null. An @ inside a word is an address. */
  get #asked() {
    const before = this.text.value.slice(0, this.text.selectionStart);
    const at = Math.max(before.lastIndexOf("@"), before.lastIndexOf("＠"));
    if (at < 0 || /[\p{Script=Latin}\d]/u.test(before[at - 1] ?? "")) return null;
    const words = before.slice(at + 1);
    return words.length > LONGEST || /[\n\r]/.test(words) || words.startsWith(" ") ? null : [at, words];
  }

  #later() {
    clearTimeout(this.waiting);
    if (!this.#asked) return void this.#hide();
    this.waiting = setTimeout(() => this.#ask(), DELAY);
  }

  async #ask() {
    const asked = this.#asked;
    if (!asked) return void this.#hide();
    const shown = await this.list.fill(this.dataset.url, asked[1].trim());
    if (!shown || document.activeElement !== this.text || !this.#asked) return;
    if (!this.list.options.length && /\s/.test(asked[1])) return void this.#hide();
    if (!this.#open) this.box.showPopover();
    this.#place();
  }

  #place() {
    const at = this.getBoundingClientRect();
    const up = innerHeight - at.bottom < 220 && at.top > innerHeight - at.bottom;
    this.box.style.left = `${at.left}px`;
    this.box.style.width = `${Math.min(Math.max(at.width, 240), 360)}px`;
    this.box.style.top = up ? "auto" : `${at.bottom + 4}px`;
    this.box.style.bottom = up ? `${innerHeight - at.top + 4}px` : "auto";
    this.box.style.maxHeight = "280px";
  }

  #key(event) {
    if (!this.#open || composing(event)) return;
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      this.#hide();
    } else if (event.key === "Tab" && this.list.active) {
      event.preventDefault();
      this.#choose(this.list.active);
    } else if (!(event.key === "Enter" && (event.ctrlKey || event.metaKey))) this.list.key(event);
  }

  #choose(option) {
    const asked = this.#asked;
    this.#hide();
    if (!asked) return;
    this.text.setRangeText(`@${option.dataset.text} `, asked[0], this.text.selectionStart, "end");
    const chosen = document.createElement("input");
    Object.assign(chosen, { type: "hidden", name: "mention", value: option.dataset.value });
    this.querySelector("[data-mentions]").append(chosen);
    this.text.focus();
    this.text.dispatchEvent(new Event("input", { bubbles: true }));
  }

  #hide() {
    clearTimeout(this.waiting);
    if (this.#open) this.box.hidePopover();
    this.list.expanded(false);
    this.text.removeAttribute("aria-expanded");
  }
}

customElements.define("kizuna-mention", Mention);
