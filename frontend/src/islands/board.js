// <kizuna-board>: cards [data-card] in lanes [data-lane], moved by mouse, touch (after a long press) and keyboard (on the link
// [data-open] of a card: space, arrows, space or Escape). data-move-url="/tasks/{id}/move" and data-field say where a drop is
// told; without them nothing moves. data-across: lanes from one to the one below, for calendars. Words: ui/parts/board_words.html.
import { markLane, showLane, walk } from "./lanes.js";

const FAR = 5;
const PRESS = 300;
const EDGE = 56;

class Board extends HTMLElement {
  #pending = null; // a pointer that is down on a card, and may come to drag it
  #held = null; // {card, from (its lane), over (the lane it would fall in), ghost}
  #focus = "";

  connectedCallback() {
    if (this.ready) return;
    this.ready = true;
    this.off = new AbortController();
    const on = (target, type, react, options) => target.addEventListener(type, react, { ...options, signal: this.off.signal });
    on(this, "pointerdown", (event) => this.#down(event));
    on(document, "pointermove", (event) => this.#move(event));
    on(document, "pointerup", (event) => this.#up(event));
    on(document, "pointercancel", () => this.#cancel());
    on(this, "touchmove", (event) => this.#held && event.preventDefault(), { passive: false });
    on(this, "contextmenu", (event) => this.#pending?.touch && event.preventDefault());
    on(this, "click", showLane);
    on(this, "keydown", (event) => this.#key(event));
    on(this, "focusout", () => setTimeout(() => this.#held && !this.#held.ghost && !this.contains(document.activeElement) && this.#back()));
    on(this, "scroll", (event) => event.target.matches?.("[data-lanes]") && markLane(this, event.target), { capture: true });
    on(document, "htmx:after:swap", () => this.#refocus());
  }

  disconnectedCallback() {
    this.off.abort();
    this.#release();
    this.ready = false;
  }

  get #lanes() { return [...this.querySelectorAll("[data-lane]")]; }

  #word(name, card, lane) {
    const words = this.querySelector("[data-says]");
    const title = card.querySelector("[data-open]").textContent.trim();
    words.textContent = words.dataset[name].replace("{card}", title).replace("{lane}", lane.dataset.label);
  }

  // ── pointer ──

  #down(event) {
    const card = event.target.closest("[data-card]");
    if (!card || !this.dataset.moveUrl || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.target.closest("button")) return;
    if (this.#held) this.#back();
    const touch = event.pointerType === "touch";
    this.#pending = { card, touch, id: event.pointerId, x: event.clientX, y: event.clientY };
    if (touch) this.#pending.timer = setTimeout(() => this.#drag(), PRESS);
  }

  #drag() {
    const { card, x, y } = this.#pending;
    const box = card.getBoundingClientRect();
    this.#lift(card);
    const ghost = card.cloneNode(true);
    ghost.removeAttribute("id");
    ghost.setAttribute("aria-hidden", "true");
    ghost.classList.add("k-ghost");
    ghost.style.width = `${box.width}px`;
    this.append(ghost);
    Object.assign(this.#held, { ghost, grip: [x - box.left, y - box.top], timer: setInterval(() => this.#scroll(), 16) });
    this.#follow(x, y);
  }

  #move(event) {
    const pending = this.#pending;
    if (!pending || event.pointerId !== pending.id) return;
    const far = Math.hypot(event.clientX - pending.x, event.clientY - pending.y);
    if (!this.#held && pending.touch && far > 2 * FAR) this.#cancel();
    if (!this.#held && !pending.touch && far > FAR) this.#drag();
    if (this.#held) this.#follow(event.clientX, event.clientY);
  }

  #follow(x, y) {
    const { ghost, grip } = Object.assign(this.#held, { x, y });
    Object.assign(ghost.style, { left: `${x - grip[0]}px`, top: `${y - grip[1]}px` });
    const lane = document.elementFromPoint(x, y)?.closest?.("[data-lane]");
    this.#over(lane && this.contains(lane) ? lane : this.#held.from);
  }

  #scroll() {
    const frame = this.querySelector("[data-lanes]");
    const { left, right } = frame.getBoundingClientRect();
    const step = this.#held.x < left + EDGE ? -12 : this.#held.x > right - EDGE ? 12 : 0;
    if (step) frame.scrollBy(step, 0);
  }

  #up(event) {
    if (this.#pending?.id !== event.pointerId) return;
    clearTimeout(this.#pending.timer);
    this.#pending = null;
    if (!this.#held) return;
    addEventListener("click", (click) => (click.preventDefault(), click.stopPropagation()), { capture: true, once: true, signal: AbortSignal.timeout(0) });
    this.#drop(); // and the click that ends a drag opens nothing
  }

  #cancel() {
    clearTimeout(this.#pending?.timer);
    this.#pending = null;
    if (this.#held) this.#back();
  }

  // ── keyboard ──

  #key(event) {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const take = (act) => (event.preventDefault(), event.stopPropagation(), act());
    if (this.#held && event.key === "Escape") return take(() => this.#cancel());
    const card = event.target.closest("[data-card]");
    if (!card || !event.target.matches("[data-open]")) return;
    if (event.key === " ") return take(() => (this.#held ? this.#drop() : this.dataset.moveUrl && this.#lift(card)));
    const across = Number(this.dataset.across ?? 0);
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -across, ArrowDown: across }[event.key];
    if (step === undefined) return;
    take(() => (this.#held ? this.#step(step) : walk(this.#lanes, card, event.key)));
  }

  #step(by) {
    const lanes = this.#lanes;
    const at = lanes.indexOf(this.#held.over) + by;
    if (!by || !lanes[at]) return;
    this.#over(lanes[at]);
    this.#word("over", this.#held.card, lanes[at]);
    lanes[at].scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  // ── the card in hand ──

  #lift(card) {
    const from = card.closest("[data-lane]");
    this.#held = { card, from, over: null, byKey: document.activeElement === card.querySelector("[data-open]") && !this.#pending };
    card.classList.add("k-origin");
    this.querySelector("[data-hints]").hidden = !this.#held.byKey;
    this.#over(from);
    this.#word("lifted", card, from);
  }

  #over(lane) {
    if (this.#held.over === lane) return;
    this.#held.over?.classList.remove("k-target");
    this.#held.over = lane;
    this.querySelector(".k-slot")?.remove();
    this.querySelector("[data-target]").textContent = lane.dataset.label;
    if (lane === this.#held.from) return;
    lane.classList.add("k-target");
    const slot = Object.assign(document.createElement("li"), { className: "k-slot", ariaHidden: "true" });
    lane.querySelector("[data-cards]").prepend(slot);
  }

  #release() {
    const held = this.#held;
    this.#held = null;
    if (!held) return null;
    clearInterval(held.timer);
    held.ghost?.remove();
    held.card.classList.remove("k-origin");
    held.over?.classList.remove("k-target");
    this.querySelector(".k-slot")?.remove();
    this.querySelector("[data-hints]")?.toggleAttribute("hidden", true);
    return held;
  }

  #back() {
    const { card, from } = this.#release();
    this.#word("back", card, from);
  }

  #drop() {
    if (this.#held.over === this.#held.from) return this.#back();
    const { card, from, over, byKey } = this.#release();
    const [place, next] = [card.parentElement, card.nextSibling];
    over.querySelector("[data-cards]").prepend(card);
    this.#word("dropped", card, over);
    this.#focus = byKey ? card.id : "";
    this.#refocus();
    card.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
      if (ctx.response?.status < 400 || !place.isConnected) return;
      place.insertBefore(card, next?.parentElement === place ? next : null);
      this.#word("back", card, from);
      this.#refocus();
    }, { once: true });
    const values = { field: this.dataset.field, value: over.dataset.lane, was: from.dataset.lane, version: card.dataset.version };
    window.htmx.ajax("POST", this.dataset.moveUrl.replace("{id}", card.dataset.card), { source: card, swap: "none", values });
    return undefined;
  }

  #refocus() {
    if (this.#focus && document.activeElement?.matches("body")) document.getElementById(this.#focus)?.querySelector("[data-open]")?.focus({ preventScroll: true });
  }
}

customElements.define("kizuna-board", Board);
