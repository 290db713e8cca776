// From a record to its neighbours in the list it was opened from, and back to that list as it stood: filtered, sorted, on its page.
// A tab remembers the page of the list that was left last; no server is asked.
import { onEvery } from "./page.js";

const WHERE = "kizuna:walk";

onEvery("click", ".k-table [data-row] [data-open]", (event, link) => {
  const list = link.closest(".k-list");
  const tab = list.querySelector(".k-tab[aria-current]:not(:first-child)");
  const walk = {
    from: location.pathname,
    url: location.pathname + location.search,
    view: tab?.querySelector(".k-clip")?.textContent.trim() ?? "",
    rows: [...list.querySelectorAll("[data-row] [data-open]")].map((one) => one.getAttribute("href")),
    first: Number(list.querySelector("[data-first]")?.dataset.first ?? 1),
    total: list.querySelector("[data-count]")?.textContent.trim() ?? "",
    before: list.querySelector(".k-list-foot [rel=prev]")?.getAttribute("href") ?? "",
    after: list.querySelector(".k-list-foot [rel=next]")?.getAttribute("href") ?? "",
  };
  sessionStorage.setItem(WHERE, JSON.stringify(walk));
});

/** A way to a neighbour; at either end of the page to the page of the list before or after it, if there is one. */
function lead(link, href) {
  if (href) link.href = href;
  else link.remove();
}

function show(place, walk) {
  const at = walk.rows.indexOf(location.pathname);
  if (at < 0) return;
  const number = new Intl.NumberFormat(document.documentElement.lang).format(walk.first + at);
  place.querySelector("[data-walk-at]").textContent = walk.total ? `${number} / ${walk.total}` : number;
  lead(place.querySelector("[rel=prev]"), walk.rows[at - 1] ?? walk.before);
  lead(place.querySelector("[rel=next]"), walk.rows[at + 1] ?? walk.after);
  for (const back of document.querySelectorAll(".k-crumbs a, a.k-phone-title")) if (back.getAttribute("href") === walk.from) back.href = walk.url;
  const crumb = document.querySelector("[data-walk-view]");
  crumb.querySelector("a").href = walk.url;
  crumb.querySelector("a").textContent = walk.view;
  crumb.hidden = !walk.view;
  place.hidden = false;
}

const place = document.querySelector("[data-walk]");
const walk = JSON.parse(sessionStorage.getItem(WHERE) ?? "null");
if (place && walk) show(place, walk);
