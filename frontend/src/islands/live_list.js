// An open list follows what others change: their rows are read again cell by cell, without touching selection, focus, scroll
// or an edit; records that came are counted above the rows, and shown when asked for. The page never moves by itself.
import { gathered } from "../core/gathering.js";
import { busy, exchange } from "../core/page.js";

const MOST = 200;

let changed = new Set();
let come = new Set();
let more = false;
const later = gathered(fetchFresh);
const countLater = gathered(() => {
  document.getElementById("count")?.dispatchEvent(new CustomEvent("kizuna:count"));
}, { least: 600, most: 8000 });

document.addEventListener("kizuna:live", ({ detail }) => {
  const list = document.querySelector("[data-live-list]");
  if (!list || list.querySelector("kizuna-board")) return;
  const key = list.dataset.liveList;
  for (const id of detail.gone?.[key] ?? []) remove(list, id);
  for (const id of detail.changed?.[key] ?? []) changed.add(id);
  for (const id of detail.new?.[key] ?? []) come.add(id);
  more ||= Boolean(detail.more?.includes(key));
  if (detail.reload) for (const row of list.querySelectorAll("[data-row]")) changed.add(Number(row.dataset.row));
  if (changed.size || come.size) later();
  if (detail.gone?.[key] || detail.new?.[key]) countLater();
});

// Rows that were drawn anew are as new as the list: what was counted before is among them, or on another page.
document.addEventListener("htmx:after:swap", ({ detail }) => {
  if (detail?.ctx?.target?.id !== "list") return;
  come = new Set();
  more = false;
});

async function fetchFresh() {
  const list = document.querySelector("[data-live-list]");
  if (!list?.dataset.fresh) return;
  const rows = [...changed].filter((id) => row(list, id)).slice(0, MOST);
  const new_ = [...come].filter((id) => !row(list, id)).slice(-MOST);
  changed = new Set();
  if (!rows.length && !new_.length) return;
  const url = new URL(list.dataset.fresh, location);
  url.searchParams.set("rows", rows.join(","));
  url.searchParams.set("new", new_.join(","));
  if (more) url.searchParams.set("more", "1");
  const answer = await fetch(url, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (!answer?.ok || answer.redirected || !list.isConnected) return;
  show(list, rows, new DOMParser().parseFromString(await answer.text(), "text/html"));
}

function show(list, ids, page) {
  for (const id of ids) {
    const fresh = page.getElementById(`row-${id}`);
    if (fresh) renew(row(list, id), fresh);
    else remove(list, id);
  }
  const note = page.querySelector(".k-arrivals-show");
  const place = list.querySelector("[data-arrivals]");
  if (note && place && !place.firstElementChild?.isEqualNode(note)) {
    place.replaceChildren(note);
    window.htmx.process(place);
  }
  document.dispatchEvent(new CustomEvent("kizuna:rows"));
}

const row = (list, id) => list.querySelector(`[data-row="${id}"]`);

function renew(old, fresh) {
  if (!old) return;
  const cells = [...fresh.cells];
  for (const [index, cell] of [...old.cells].entries()) {
    const now = cells[index];
    if (!now || cell.matches(".k-check") || busy(cell) || cell.innerHTML === now.innerHTML) continue;
    now.classList.add("k-fresh");
    exchange(cell, now);
  }
}

function remove(list, id) {
  const old = row(list, id);
  if (old?.querySelector("form")) return; // somebody writes in it: saving says what happened
  old?.remove();
  document.dispatchEvent(new CustomEvent("kizuna:rows"));
}
