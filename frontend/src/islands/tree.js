// <kizuna-tree>: a row is dragged onto the one that it is to lie in, and the form of the tree is sent; its own page does the same for the keyboard.
class Tree extends HTMLElement {
  connectedCallback() {
    this.addEventListener("dragstart", (event) => this.#start(event));
    this.addEventListener("dragover", (event) => this.#over(event));
    this.addEventListener("drop", (event) => this.#drop(event));
    this.addEventListener("dragend", () => this.#end());
  }

  #start(event) {
    this.dragged = event.target.closest?.("[data-node]");
    if (!this.dragged) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", this.dragged.dataset.node);
    this.dragged.setAttribute("data-dragged", "");
  }

  /** The row beneath the pointer, if another one. */
  #goal(event) {
    const row = event.target.closest?.("[data-node]");
    return this.dragged && row !== this.dragged ? row : undefined;
  }

  #over(event) {
    const row = this.#goal(event);
    this.#clear();
    if (!row) return;
    event.preventDefault();
    row.setAttribute("data-over", "");
  }

  #drop(event) {
    const row = this.#goal(event);
    const form = this.querySelector("form[data-hang]");
    if (!row || !form) return;
    event.preventDefault();
    form.elements.territory.value = this.dragged.dataset.node;
    form.elements.parent.value = row.dataset.node;
    form.requestSubmit();
  }

  #clear() {
    for (const row of this.querySelectorAll("[data-over]")) row.removeAttribute("data-over");
  }

  #end() {
    this.#clear();
    this.dragged?.removeAttribute("data-dragged");
    this.dragged = undefined;
  }
}

customElements.define("kizuna-tree", Tree);
