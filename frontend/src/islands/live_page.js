// Parts of a page that count or list records of some kinds (the panels of Home): an element with an id, data-live="task contact"
// and data-fresh, an address whose answer holds it anew. It is read again when such a record has changed ("bell": when there
// is news for its person), and exchanged when it differs. An answer without it empties it, and hides it until it is back.
import { gathered } from "../core/gathering.js";
import { busy, exchange } from "../core/page.js";

let wanted = new Set();

const later = gathered(renew, { least: 800, most: 20000 });

document.addEventListener("kizuna:live", ({ detail }) => {
  const told = [detail.changed, detail.gone, detail.new].flatMap((ids) => Object.keys(ids ?? {}));
  const kinds = new Set([...told, ...(detail.more ?? []), ...(detail.bell ? ["bell"] : [])]);
  for (const part of document.querySelectorAll("[data-live]")) {
    if (detail.reload || part.dataset.live.split(" ").some((kind) => kinds.has(kind))) wanted.add(part.id);
  }
  if (wanted.size) later();
});

/** Once per address, however many parts it answers. */
async function renew() {
  const parts = [...wanted].map((id) => document.getElementById(id)).filter(Boolean);
  wanted = new Set();
  for (const [address, some] of Map.groupBy(parts, (part) => part.dataset.fresh)) {
    const answer = await fetch(address, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (!answer?.ok || answer.redirected) continue;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of some) show(part, page.getElementById(part.id));
  }
}

function show(old, fresh) {
  if (busy(old)) return;
  if (!fresh) {
    old.replaceChildren();
    old.hidden = true;
  } else if (old.innerHTML !== fresh.innerHTML) exchange(old, fresh);
}
