// <kizuna-arrange>: items [data-item=kind] of lists [data-items=kind] are put in order by mouse and touch (on their
// [data-grip]) and keyboard (space, arrows, space or Escape on the grip). [data-send=off] takes an item to the list
// [data-off] of its kind, [data-send=on] back; [data-add] adds a copy of [data-new], [data-drop] takes a group away and its
// items to the list [data-off]. What a form then posts stands in the order of its controls. Words: ui/parts/arrange_words.html.
const EDGE = 64;

class Arrange extends HTMLElement {
  #held = null; // {item, grip, kind, parent, next (where it came from), id (of the pointer)}
  #moving = false;

  connectedCallback() {
    if (this.ready) return;
    this.ready = true;
    this.off = new AbortController();
    const on = (target, type, react) => target.addEventListener(type, react, { signal: this.off.signal });
    on(this, "pointerdown", (event) => this.#down(event));
    on(document, "pointermove", (event) => this.#move(event));
    on(document, "pointerup", (event) => this.#held?.id === event.pointerId && this.#drop());
    on(document, "pointercancel", (event) => this.#held?.id === event.pointerId && this.#back());
    on(this, "keydown", (event) => this.#key(event));
    on(this, "focusout", () => this.#held && this.#held.id === undefined && !this.#moving && this.#drop());
    on(this, "click", (event) => this.#click(event));
  }

  disconnectedCallback() {
    this.off.abort();
    this.#held = null;
    this.ready = false;
  }

  #lists(kind) {
    return [...this.querySelectorAll(`[data-items="${kind}"]`)].filter((list) => list.checkVisibility());
  }

  #items(list) {
    return [...list.children].filter((child) => child.matches("[data-item]"));
  }

  #say(word, item) {
    const says = this.querySelector("[data-says]");
    const list = item.parentElement;
    const items = this.#items(list);
    const name = (one) => one.querySelector("[data-name]")?.value || one.dataset.label || "";
    const place = list.closest("[data-item]") ? name(list.closest("[data-item]")) : list.dataset.label;
    const words = { item: name(item), list: place, place: items.indexOf(item) + 1, count: items.length };
    says.textContent = says.dataset[word].replace(/\{(\w+)\}/g, (_, key) => words[key]);
  }

  #changed() {
    this.dispatchEvent(new Event("change", { bubbles: true }));
  }

  // ── in hand ──

  #lift(grip, id) {
    if (this.#held) this.#drop();
    const item = grip.closest("[data-item]");
    this.#held = { item, grip, kind: item.dataset.item, parent: item.parentElement, next: item.nextElementSibling, id };
    item.classList.add("k-lifted");
    grip.setAttribute("aria-pressed", "true");
    this.#say("lifted", item);
  }

  #release() {
    const held = this.#held;
    this.#held = null;
    held.item.classList.remove("k-lifted");
    held.grip.setAttribute("aria-pressed", "false");
    return held;
  }

  #drop() {
    const { item, parent, next } = this.#release();
    this.#say("dropped", item);
    if (item.parentElement !== parent || item.nextElementSibling !== next) this.#changed();
  }

  #back() {
    const { item, grip, parent, next } = this.#release();
    this.#put(item, parent, next);
    grip.focus({ preventScroll: true });
    this.#say("back", item);
  }

  /** Moving an element takes the focus from what is in it. */
  #put(item, list, before) {
    const focused = item.contains(document.activeElement) ? document.activeElement : null;
    this.#moving = true;
    list.insertBefore(item, before);
    focused?.focus({ preventScroll: true });
    this.#moving = false;
  }

  // ── pointer ──

  #down(event) {
    const grip = event.target.closest("[data-grip]");
    if (!grip || event.button) return;
    event.preventDefault();
    grip.focus({ preventScroll: true });
    this.#lift(grip, event.pointerId);
  }

  #move(event) {
    const held = this.#held;
    if (!held || held.id !== event.pointerId) return;
    const under = document.elementFromPoint(event.clientX, event.clientY);
    const lists = `[data-items="${held.kind}"]`;
    const list = under?.closest(lists) ?? under?.closest("[data-item], [data-group]")?.querySelector(lists);
    this.#scroll(event.clientY);
    if (!list || !this.contains(list) || held.item.contains(list)) return;
    const after = this.#items(list).find((one) => one !== held.item && this.#isAhead(one, event));
    const place = after ?? null;
    if (held.item.parentElement !== list || held.item.nextElementSibling !== place) this.#put(held.item, list, place);
  }

  #isAhead(item, { clientY }) {
    const { top, height } = item.getBoundingClientRect();
    return clientY < top + height / 2;
  }

  #scroll(y) {
    const frame = this.closest(".k-scroll, .k-dialog-body");
    if (!frame) return;
    const { top, bottom } = frame.getBoundingClientRect();
    if (y < top + EDGE) frame.scrollBy(0, -12);
    if (y > bottom - EDGE) frame.scrollBy(0, 12);
  }

  // ── keyboard ──

  #key(event) {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const take = (act) => (event.preventDefault(), event.stopPropagation(), act());
    if (this.#held && event.key === "Escape") return take(() => this.#back());
    const grip = event.target.closest("[data-grip]");
    if (!grip) return undefined;
    if (event.key === " " || event.key === "Enter") return take(() => (this.#held ? this.#drop() : this.#lift(grip)));
    const step = { ArrowUp: -1, ArrowLeft: -1, ArrowDown: 1, ArrowRight: 1 }[event.key];
    return step && this.#held ? take(() => this.#step(step)) : undefined;
  }

  /** One place on, at the end of a list into the next one. */
  #step(by) {
    const { item, kind } = this.#held;
    const list = item.parentElement;
    const items = this.#items(list);
    const at = items.indexOf(item) + by;
    const lists = this.#lists(kind).filter((one) => !item.contains(one));
    const other = lists[lists.indexOf(list) + by];
    if (items[at]) this.#put(item, list, by < 0 ? items[at] : items[at].nextElementSibling);
    else if (other) this.#put(item, other, by < 0 ? null : other.firstElementChild);
    else return;
    item.scrollIntoView({ block: "nearest" });
    this.#say("over", item);
  }

  // ── buttons ──

  #click(event) {
    const button = event.target.closest("[data-send], [data-add], [data-drop]");
    if (!button) return;
    if (button.matches("[data-add]")) this.#add(button.dataset.add);
    else if (button.matches("[data-drop]")) this.#remove(button.closest("[data-item]"));
    else this.#send(button.closest("[data-item]"), button.dataset.send === "off");
    this.#changed();
  }

  #send(item, isOff) {
    const list = this.#lists(item.dataset.item).filter((one) => one.matches("[data-off]") === isOff).at(-1);
    const next = item.nextElementSibling ?? item.previousElementSibling;
    if (!list) return;
    list.append(item);
    this.#say("dropped", item);
    (next ?? item).querySelector(`[data-send="${isOff ? "off" : "on"}"], [data-grip]`)?.focus();
  }

  #add(kind) {
    const fresh = this.querySelector("template[data-new]").content.firstElementChild.cloneNode(true);
    const number = 100 + this.querySelectorAll("[data-item]").length + Math.floor(performance.now());
    for (const one of [fresh, ...fresh.querySelectorAll("*")]) for (const { name, value } of [...one.attributes]) if (value.includes("__n__")) one.setAttribute(name, value.replace("__n__", number));
    this.#lists(kind)[0].append(fresh);
    fresh.querySelector("[data-name]")?.focus();
  }

  #remove(group) {
    for (const item of group.querySelectorAll("[data-item]")) this.#lists(item.dataset.item).find((one) => one.matches("[data-off]")).append(item);
    group.remove();
  }
}

customElements.define("kizuna-arrange", Arrange);
