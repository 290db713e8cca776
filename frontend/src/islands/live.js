// <kizuna-live data-url data-since>: the stream of what others change, one per tab that somebody looks at. It tells the server
// which rows and which record are on the screen, and says again on the document what it hears: `kizuna:live` {changed, gone,
// new, more, related, by, bell, reload} and `kizuna:people` [{name, editing}]. Without a server to hear, everything else works.
import { gathered } from "../core/gathering.js";
import "./live_board.js";
import "./live_list.js";
import "./live_page.js";
import "./live_record.js";

const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 60000;
const HIDDEN = 10000; // a tab that nobody looks at for so long lets go, and asks for what it missed when it is seen again
const MOST_KINDS = 20;
const SETTLE = 250; // the page has stopped changing

const ring = gathered(() => document.body.dispatchEvent(new CustomEvent("kizuna:notified", { bubbles: true })), { least: 200 });

class Live extends HTMLElement {
  connectedCallback() {
    if (this.stop) return;
    this.stop = new AbortController();
    this.pause = FIRST_PAUSE;
    this.after = "";
    const on = (target, type, react) => target.addEventListener(type, react, { signal: this.stop.signal });
    for (const type of ["htmx:after:swap", "htmx:finally:request", "input", "kizuna:rows"]) on(document, type, () => this.#settle());
    on(document, "visibilitychange", () => this.#look());
    on(window, "pagehide", () => this.#close());
    on(window, "pageshow", (event) => event.persisted && this.#look());
    on(window, "online", () => this.#open());
    this.#settle();
  }

  disconnectedCallback() {
    this.stop?.abort();
    this.stop = null;
    this.#close();
  }

  /** What is on the screen, as the address of the stream says it. */
  get #watch() {
    const asked = new URLSearchParams();
    const list = document.querySelector("[data-live-list]");
    if (list) {
      asked.set(list.querySelector("kizuna-board") ? "every" : "list", list.dataset.liveList);
      if (list.matches("[data-live-mine]")) asked.set("mine", list.dataset.liveList);
      const ids = [...list.querySelectorAll("[data-row], [data-card]")].map(({ dataset }) => dataset.row ?? dataset.card);
      if (ids.length) asked.set("rows", `${list.dataset.liveList}:${ids.slice(0, 400).join(",")}`);
    }
    const page = document.querySelector("[data-live-record]");
    if (page) {
      asked.set("record", page.dataset.liveRecord);
      if (page.matches("[data-dirty]") || page.querySelector(".k-inline-edit")) asked.set("editing", "1");
    }
    const counted = [...document.querySelectorAll("[data-live]")].flatMap((part) => part.dataset.live.split(" "));
    for (const kind of [...new Set(counted)].filter((one) => one && one !== "bell").slice(0, MOST_KINDS)) asked.append("every", kind);
    if (document.getElementById("bell-dot")) asked.set("bell", "1");
    return asked.toString();
  }

  #settle() {
    clearTimeout(this.settling);
    this.settling = setTimeout(() => this.#watch !== this.watched && this.#open(), SETTLE);
  }

  #look() {
    clearTimeout(this.hiding);
    if (document.visibilityState === "hidden") this.hiding = setTimeout(() => this.#close(), HIDDEN);
    else if (!this.source) this.#open();
  }

  #open() {
    this.#close();
    this.watched = this.#watch;
    if (!this.stop || !this.watched || document.visibilityState === "hidden") return;
    const place = this.after ? `&after=${this.after}` : `&since=${this.dataset.since}`;
    const source = new EventSource(`${this.dataset.url}?${this.watched}${place}`, { withCredentials: true });
    this.source = source;
    source.addEventListener("at", ({ lastEventId }) => {
      this.after = lastEventId;
      this.pause = FIRST_PAUSE;
      this.toggleAttribute("data-open", true);
    });
    source.addEventListener("change", ({ data }) => this.#say("kizuna:live", data));
    source.addEventListener("people", ({ data }) => this.#say("kizuna:people", data));
    source.addEventListener("error", () => this.#fail(source));
  }

  #close() {
    clearTimeout(this.waiting);
    this.source?.close();
    this.source = null;
    this.removeAttribute("data-open");
  }

  /** Try again after a while that grows, and differs from browser to browser: a server that comes back is not run down. */
  #fail(source) {
    if (source !== this.source) return;
    this.#close();
    this.waiting = setTimeout(() => this.#open(), this.pause * (0.5 + Math.random()));
    this.pause = Math.min(this.pause * 2, LONGEST_PAUSE);
  }

  #say(type, data) {
    const detail = JSON.parse(data);
    if (detail.bell || detail.reload) ring();
    document.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

customElements.define("kizuna-live", Live);
