// Shortcuts. They never fire while typing, composing or with a dialog open (but Ctrl+K always works).
//   [data-key="e"] is clicked by E;  rows are [data-row] with a link [data-open] and a checkbox [data-check]: or a button, which
//   decides of its row, so that the next one is at hand. Who opens a row and comes back walks on from there.
import { open } from "./dialogs.js";
import { composing, onEvery, typing } from "./page.js";

const WHERE = "kizuna:row";
const rows = () => [...document.querySelectorAll("[data-row]")];
const current = () => document.querySelector("[data-row].k-at");
const [path, at, left] = JSON.parse(sessionStorage.getItem(WHERE) ?? "[]");
let last = path === location.pathname ? at - 1 : -1; // where the row was that has been swapped for another since

onEvery("click", "[data-row] [data-open]", (event, link) => {
  const place = [...document.querySelectorAll("[data-row] [data-open]")].indexOf(link);
  sessionStorage.setItem(WHERE, JSON.stringify([location.pathname, place, link.getAttribute("href")]));
});

function go(step) {
  const all = rows();
  if (!all.length) return document.querySelector(`[data-walk]:not([hidden]) [rel=${step > 0 ? "next" : "prev"}]`)?.click();
  const at = current() ? all.indexOf(current()) : last;
  last = Math.max(0, Math.min(all.length - 1, at + step));
  const next = all[last];
  current()?.classList.remove("k-at");
  next.classList.add("k-at");
  next.scrollIntoView({ block: "nearest" });
  return next.querySelector("[data-open]")?.focus({ preventScroll: true });
}

/** Back from a record, the way the browser has it or through a link: its row is marked, in sight and has the focus. */
function comeBack() {
  const links = [...document.querySelectorAll("[data-row] [data-open]")];
  const leads = (href) => links.find((one) => one.getAttribute("href") === href);
  const wentBack = performance.getEntriesByType("navigation")[0]?.type === "back_forward" && path === location.pathname;
  const link = (wentBack && leads(left)) || (document.referrer && leads(new URL(document.referrer).pathname));
  if (!link || document.activeElement !== document.body) return;
  const row = link.closest("[data-row]");
  row.classList.add("k-at");
  row.scrollIntoView({ block: "nearest" });
  link.focus({ preventScroll: true });
}

const actions = {
  "/": () => focusOn(document.querySelector("[data-search]")) || open(document.getElementById("palette")),
  "?": () => open(document.getElementById("keys")),
  j: () => go(1),
  k: () => go(-1),
  x: () => check(current()?.querySelector("[data-check]")),
  c: () => press("c") || document.querySelector("[data-create]")?.click(),
};

function check(box) {
  box?.click();
  if (box?.matches("button")) go(1);
}

function focusOn(field) {
  field?.focus();
  field?.select?.();
  return Boolean(field);
}

function press(key) {
  const target = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!target || target.closest("[inert], [hidden]")) return false;
  if (target.matches("input, textarea, select")) target.focus();
  else target.click();
  return true;
}

document.addEventListener("keydown", (event) => {
  if (composing(event) || event.defaultPrevented) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if ((event.ctrlKey || event.metaKey) && key === "k") {
    event.preventDefault();
    return open(document.getElementById("palette"));
  }
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event) || document.querySelector("dialog[open]")) return undefined;
  if (key === "Enter") {
    if (event.target === document.body) current()?.querySelector("[data-open]")?.click();
    return undefined;
  }
  if (actions[key]) {
    event.preventDefault();
    return actions[key]();
  }
  if (key.length === 1 && /[a-z]/.test(key) && press(key)) event.preventDefault();
  return undefined;
});

comeBack();
