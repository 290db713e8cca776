// <kizuna-select data-url>: a relation picked by typing. Inside (ui/parts/select.html): input[data-text], input[type=hidden]
// with the name of the field, [role=listbox] in a popover, [data-clear]. The answer to data-url?q= is a list of
// [role=option][data-value][data-text]; an option with [data-create] opens that URL in #dialog instead.
// The text is posted too, as "<name>:text", and as "<name>:was" what the chosen record is called: where they differ, because
// no script had come or nobody waited for it, the server looks the text up.
// Events out: `change` on the hidden input. In: `kizuna:chosen` on document {name, value, text}, after "create new" was saved.
import { Listbox } from "./listbox.js";

const DELAY = 120;

class Select extends HTMLElement {
  connectedCallback() {
    if (!this.list) this.#start();
    document.addEventListener("kizuna:chosen", this.chosen);
  }

  disconnectedCallback() {
    clearTimeout(this.waiting);
    document.removeEventListener("kizuna:chosen", this.chosen);
  }

  #start() {
    this.text = this.querySelector("[data-text]");
    this.hidden_ = this.querySelector("input[type=hidden]");
    this.was = this.querySelector("[data-was]");
    this.box = this.querySelector("[data-box]");
    this.list = new Listbox(this.text, this.querySelector("[role=listbox]"), (option) => this.#choose(option));
    const isAhead = this.text.value !== this.text.defaultValue; // typed before this was loaded
    this.known = isAhead ? this.text.defaultValue : this.text.value;
    if (isAhead && document.activeElement === this.text) this.#later();
    else if (isAhead) this.#catchUp();
    this.text.addEventListener("input", () => this.#later());
    this.text.addEventListener("keydown", (event) => this.#key(event));
    this.text.addEventListener("blur", () => this.#settle());
    this.text.addEventListener("click", () => this.#open || this.#ask(""));
    this.querySelector("[data-clear]")?.addEventListener("click", () => this.#set("", "", true));
    this.addEventListener("kizuna:restore", ({ detail }) => this.#restore(detail));
    this.chosen = ({ detail }) => detail.name === this.hidden_.name && this.#set(String(detail.value), detail.text);
    this.#paint();
  }

  get #open() { return this.box.matches(":popover-open"); }

  #later() {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.#ask(this.text.value.trim()), DELAY);
  }

  /** Typed, and left before this was loaded: what can only mean one record is chosen, and an emptied field means nobody. */
  async #catchUp() {
    const typed = this.text.value.trim();
    if (!typed) return void this.#set("", "");
    if (!(await this.list.fill(this.dataset.url, typed)) || this.text.value.trim() !== typed) return;
    const found = this.list.options.filter((option) => !option.dataset.create);
    const meant = found.length === 1 ? found[0] : found.find((option) => option.dataset.text === typed);
    if (meant) this.#set(meant.dataset.value, meant.dataset.text);
  }

  async #ask(text) {
    const shown = await this.list.fill(this.dataset.url, text);
    if (!shown || document.activeElement !== this.text) return;
    if (!this.#open) this.box.showPopover();
    this.#place();
    this.list.expanded(true);
  }

  #place() {
    const at = this.text.closest(".k-input, .k-inline-edit, form").getBoundingClientRect();
    const below = innerHeight - at.bottom;
    this.box.style.left = `${at.left}px`;
    this.box.style.width = `${Math.max(at.width, 240)}px`;
    const up = below < 200 && at.top > below;
    this.box.style.top = up ? "auto" : `${at.bottom + 4}px`;
    this.box.style.bottom = up ? `${innerHeight - at.top + 4}px` : "auto";
    this.box.style.maxHeight = `${Math.min(360, (up ? at.top : below) - 16)}px`;
  }

  #key(event) {
    if (event.key === "ArrowDown" && !this.#open) {
      event.preventDefault();
      return void this.#ask("");
    }
    if (event.key === "Escape" && this.#open) {
      event.preventDefault();
      event.stopPropagation();
      this.#hide();
      return undefined;
    }
    if (this.#open) this.list.key(event);
    return undefined;
  }

  #choose(option) {
    this.#hide();
    if (option.dataset.create) {
      window.htmx.ajax("GET", option.dataset.create, { target: "#dialog", source: this, swap: "innerHTML" });
      return;
    }
    this.#set(option.dataset.value, option.dataset.text);
  }

  #set(value, text, focus = false) {
    this.hidden_.value = value;
    this.text.value = this.known = text;
    if (this.was) this.was.value = text;
    this.#paint();
    this.hidden_.dispatchEvent(new Event("change", { bubbles: true }));
    if (focus) this.text.focus();
  }

  /** Left without choosing: an emptied field means nobody, anything else goes back to what was chosen. */
  #settle() {
    clearTimeout(this.waiting);
    setTimeout(() => {
      if (!this.isConnected || this.contains(document.activeElement)) return;
      this.#hide();
      if (!this.text.value.trim() && this.known) this.#set("", "");
      else this.text.value = this.known;
    }, 120);
  }

  #hide() {
    if (this.#open) this.box.hidePopover();
    this.list.expanded(false);
  }

  #restore(entries) {
    const value = entries.get(this.hidden_.name)?.[0]?.[1];
    const text = entries.get(`${this.hidden_.name}:text`)?.[0]?.[1];
    if (value !== undefined && text !== undefined) this.#set(value, text);
  }

  #paint() {
    this.toggleAttribute("data-filled", Boolean(this.hidden_.value));
  }
}

customElements.define("kizuna-select", Select);
