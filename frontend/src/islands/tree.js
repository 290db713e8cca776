// <kizuna-tree>: a row is dragged onto the one that it is to lie in; its own form, with which the keyboard does the same, is sent.
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

  /** The option of the dragged row's form that hangs it into the row beneath the pointer; none where that cannot be. */
  #option(event) {
    const row = event.target.closest?.("[data-node]");
    if (!this.dragged || !row || row === this.dragged) return [];
    const select = this.dragged.querySelector("select[name=parent]");
    return [row, select, [...select.options].find(({ value }) => value === row.dataset.node)];
  }

  #over(event) {
    const [row, , option] = this.#option(event);
    this.#clear();
    if (!option) return;
    event.preventDefault();
    row.setAttribute("data-over", "");
  }

  #drop(event) {
    const [, select, option] = this.#option(event);
    if (!option) return;
    event.preventDefault();
    select.value = option.value;
    select.form.requestSubmit();
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
