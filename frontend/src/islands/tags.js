// <kizuna-tags data-url>: words as tags. Inside (ui/parts/tags.html): [data-tag] chips with hidden inputs of the field's name,
// a <template> for one, an input, [role=listbox] in a popover. Enter or comma adds, Backspace in an empty input takes back.
// What still stands in the input is posted as "<name>:text", words divided by commas: all of it without script.
import { composing } from "../core/page.js";
import { Listbox } from "./listbox.js";

const DELAY = 120;

class Tags extends HTMLElement {
  connectedCallback() {
    if (this.list) return;
    this.input = this.querySelector("[data-word]");
    this.template = this.querySelector("template");
    this.box = this.querySelector("[data-box]");
    this.list = new Listbox(this.input, this.querySelector("[role=listbox]"), (option) => this.#take(option.dataset.text));
    this.input.addEventListener("input", () => this.#typed());
    this.input.addEventListener("keydown", (event) => this.#key(event));
    this.input.addEventListener("blur", () => setTimeout(() => this.contains(document.activeElement) || this.#take(this.input.value), 120));
    this.addEventListener("click", (event) => {
      const button = event.target.closest("[data-remove]");
      if (button) this.#drop(button.closest("[data-tag]"));
      else if (!event.target.closest("[data-tag], [data-box]")) this.input.focus();
    });
    this.addEventListener("kizuna:restore", ({ detail }) => this.#restore(detail));
    if (document.activeElement === this.input) this.#typed(); // before this was loaded
  }

  get words() { return [...this.querySelectorAll("[data-tag] input")].map((input) => input.value); }

  #typed() {
    clearTimeout(this.waiting);
    if (/[,、，\n]/.test(this.input.value) && !this.input.matches(":placeholder-shown")) {
      const parts = this.input.value.split(/[,、，\n]/);
      const rest = parts.pop();
      parts.forEach((part) => this.#add(part));
      this.input.value = rest;
    }
    const text = this.input.value.trim();
    if (!text) return this.#hide();
    this.waiting = setTimeout(() => this.#ask(text), DELAY);
    return undefined;
  }

  async #ask(text) {
    if (!this.dataset.url) return;
    const shown = await this.list.fill(this.dataset.url, text);
    if (!shown) return;
    const known = new Set(this.words);
    for (const option of this.list.options) option.hidden = known.has(option.dataset.text);
    this.list.mark(null);
    if (!this.list.options.length || document.activeElement !== this.input) return this.#hide();
    if (!this.box.matches(":popover-open")) this.box.showPopover();
    const at = this.querySelector(".k-input").getBoundingClientRect();
    Object.assign(this.box.style, { left: `${at.left}px`, top: `${at.bottom + 4}px`, width: `${Math.max(at.width, 200)}px` });
    this.list.expanded(true);
    return undefined;
  }

  #key(event) {
    if (composing(event)) return;
    if (this.box.matches(":popover-open") && (event.key !== "Enter" || this.list.active) && this.list.key(event)) return;
    if (event.key === "Enter" && this.input.value.trim() && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      this.#take(this.input.value);
    } else if (event.key === "Escape" && this.box.matches(":popover-open")) {
      event.preventDefault();
      event.stopPropagation();
      this.#hide();
    } else if (event.key === "Backspace" && !this.input.value) this.#drop([...this.querySelectorAll("[data-tag]")].at(-1));
  }

  #take(word) {
    this.#add(word);
    this.input.value = "";
    this.#hide();
  }

  #add(word) {
    const text = word.trim().replace(/\s+/g, " ");
    if (!text || this.words.some((known) => known.toLowerCase() === text.toLowerCase())) return;
    const chip = this.template.content.firstElementChild.cloneNode(true);
    chip.querySelector("[data-label]").textContent = text;
    chip.querySelector("input").value = text;
    const button = chip.querySelector("[data-remove]");
    button.setAttribute("aria-label", `${button.getAttribute("aria-label")} ${text}`);
    this.input.before(chip);
    this.#changed();
  }

  #drop(chip) {
    if (!chip) return;
    chip.remove();
    this.input.focus();
    this.#changed();
  }

  #hide() {
    if (this.box.matches(":popover-open")) this.box.hidePopover();
    this.list.expanded(false);
    return undefined;
  }

  #changed() {
    this.dispatchEvent(new Event("change", { bubbles: true }));
  }

  #restore(entries) {
    const words = entries.get(this.dataset.name)?.map(([, word]) => word);
    if (!words) return;
    for (const chip of this.querySelectorAll("[data-tag]")) chip.remove();
    words.forEach((word) => this.#add(word));
  }
}

customElements.define("kizuna-tags", Tags);
