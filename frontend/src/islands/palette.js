// <kizuna-palette data-url> in dialog#palette: type, arrows, Enter. The answer to data-url?q= is a list of groups with
// [role=option][data-href] (go there), [data-post] (POST there) or [data-dialog] (open that URL in #dialog).
import { recent } from "../core/recent.js";
import { toast, words } from "../core/toasts.js";
import { Listbox } from "./listbox.js";

const DELAY = 60;

class Palette extends HTMLElement {
  connectedCallback() {
    if (this.list) return;
    this.dialog = this.closest("dialog");
    this.input = this.querySelector("input");
    this.list = new Listbox(this.input, this.querySelector("[role=listbox]"), (option, event) => this.#run(option, event));
    this.dialog.addEventListener("kizuna:open", () => this.#open());
    this.dialog.addEventListener("close", () => this.list.expanded(false));
    this.input.addEventListener("input", () => {
      clearTimeout(this.waiting);
      this.waiting = setTimeout(() => this.#ask(), DELAY);
    });
    this.input.addEventListener("keydown", (event) => this.list.key(event));
    this.querySelector("form").addEventListener("submit", (event) => event.preventDefault());
    this.addEventListener("kizuna:failed", () => toast({ text: words("offline"), tone: "bad" }));
    if (this.dialog.open) this.#show(); // came late: what was typed meanwhile is not selected, the next letter would replace it
  }

  #open() {
    this.input.select();
    this.#show();
  }

  #show() {
    this.list.expanded(true);
    this.#ask();
  }

  async #ask() {
    const started = performance.now();
    const at = document.querySelector("[data-row].k-at")?.dataset.row ?? "";
    const shown = await this.list.fill(this.dataset.url, this.input.value.trim(), { path: location.pathname, row: at, recent: recent() });
    const took = this.querySelector("[data-took]");
    if (shown && took) took.textContent = `${Math.round(performance.now() - started)} ms`;
  }

  #run(option, event) {
    const { href, post, dialog } = option.dataset;
    if (href && (event.ctrlKey || event.metaKey)) return void window.open(href, "_blank", "noopener");
    this.dialog.close();
    if (href) location.assign(href);
    else if (dialog) window.htmx.ajax("GET", dialog, { target: "#dialog", source: document.body, swap: "innerHTML" });
    else if (post) window.htmx.ajax("POST", post, { source: document.body, swap: "none" });
    else document.getElementById(option.dataset.opens)?.showModal();
    return undefined;
  }
}

customElements.define("kizuna-palette", Palette);
