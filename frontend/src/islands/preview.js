// <kizuna-preview>: in the dialog that shows a file, the arrows step to the file before and after, and a press on a page
// shows it in its full size and back.
import { composing, typing } from "../core/page.js";

class Preview extends HTMLElement {
  connectedCallback() {
    this.dialog = this.closest("dialog");
    this.article = this.closest(".k-preview");
    this.react = (event) => this.#key(event);
    this.dialog.addEventListener("keydown", this.react);
    this.article.querySelector(".k-preview-body").addEventListener("click", ({ target }) => {
      if (target instanceof HTMLImageElement) this.article.toggleAttribute("data-full");
    });
    if (!this.dialog.contains(document.activeElement) || document.activeElement === this.dialog) this.article.querySelector(".k-preview-body").focus();
  }

  disconnectedCallback() {
    this.dialog.removeEventListener("keydown", this.react);
  }

  #key(event) {
    if (composing(event) || typing(event) || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = { ArrowLeft: "previous", ArrowRight: "next" }[event.key];
    const button = step && this.article.querySelector(`[data-step="${step}"]:not([disabled])`);
    if (!button || this.article.hasAttribute("data-full")) return;
    event.preventDefault();
    button.click();
  }
}

customElements.define("kizuna-preview", Preview);
