// An open board or calendar follows what others change: cards appear, move and leave one by one; a card that somebody holds
// is left alone until it is dropped, and then says by its version who was faster. Heads are counted again, but seldom.
import { gathered } from "../core/gathering.js";
import { exchange } from "../core/page.js";

const MOST = 200;
const HELD = ".k-origin, .htmx-request"; // in somebody's hand, or on its way to the server

let touched = new Set();
let everything = false;

const list = () => document.querySelector("[data-live-list]");
const later = gathered(renew);
const countLater = gathered(() => {
  document.querySelector("[data-heads]")?.dispatchEvent(new CustomEvent("kizuna:heads"));
}, { least: 300, most: 8000 });

document.addEventListener("kizuna:live", ({ detail }) => {
  if (!list()?.querySelector("kizuna-board")) return;
  const key = list().dataset.liveList;
  for (const ids of [detail.changed, detail.gone, detail.new]) for (const id of ids?.[key] ?? []) touched.add(String(id));
  everything ||= Boolean(detail.reload || detail.more?.includes(key));
  if (touched.size || everything) later();
});

async function renew() {
  const board = list()?.querySelector("kizuna-board");
  if (!board || (everything && board.querySelector(HELD))) return board && later();
  if (everything) {
    [touched, everything] = [new Set(), false];
    return void document.body.dispatchEvent(new CustomEvent("kizuna:changed"));
  }
  await (board.matches(".k-calendar") ? renewDays(board) : renewCards(board));
  if (touched.size) later();
}

async function read(board, cards) {
  const url = new URL(board.closest("[data-live-list]").dataset.fresh, location);
  if (cards) url.searchParams.set("cards", cards.join(","));
  const answer = await fetch(url, { headers: { "HX-Request": "true" } }).catch(() => null);
  const text = answer?.ok && !answer.redirected ? await answer.text() : "";
  return text && board.isConnected ? new DOMParser().parseFromString(text, "text/html") : null;
}

// ── board ──

const cardOf = (board, id) => board.querySelector(`[data-card="${id}"]`);

async function renewCards(board) {
  const ids = [...touched].filter((id) => !cardOf(board, id)?.matches(HELD)).slice(0, MOST);
  if (!ids.length) return;
  for (const id of ids) touched.delete(id);
  const page = await read(board, ids);
  if (!page) return;
  for (const id of ids.reverse()) {
    const old = cardOf(board, id);
    if (old?.matches(HELD)) touched.add(id);
    else show(board, old, page.getElementById(`card-${id}`));
  }
  countLater();
  document.dispatchEvent(new CustomEvent("kizuna:rows"));
}

/** A card stays where it lies in its lane; one that comes from elsewhere lies on top. */
function show(board, old, fresh) {
  const lane = fresh && board.querySelector(`#lane-${fresh.closest("[data-cards-of]").dataset.cardsOf} [data-cards]`);
  if (old && lane?.contains(old)) {
    if (old.isEqualNode(fresh)) return;
    fresh.classList.add("k-fresh");
    return exchange(old, fresh);
  }
  const focused = old?.contains(document.activeElement);
  old?.remove();
  if (!lane) return;
  fresh.classList.add("k-fresh");
  lane.prepend(fresh);
  window.htmx.process(fresh);
  if (focused) fresh.querySelector("[data-open]")?.focus({ preventScroll: true });
}

// ── calendar ──

async function renewDays(board) {
  if (board.querySelector(HELD)) return;
  touched = new Set();
  const page = await read(board);
  if (!page || board.querySelector(HELD)) return;
  for (const fresh of page.querySelectorAll("[data-lane]")) {
    const old = board.querySelector(`[data-lane="${fresh.dataset.lane}"]`);
    if (old && !old.isEqualNode(fresh)) exchange(old, fresh);
  }
  board.querySelector(".k-calendar-empty")?.remove();
  const empty = page.querySelector(".k-calendar-empty");
  if (empty) board.querySelector(".k-days").before(empty);
  document.dispatchEvent(new CustomEvent("kizuna:rows"));
}
