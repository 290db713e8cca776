// Islands are custom elements; a chunk is fetched when its element is first seen.
import { onEvery } from "./page.js";

const chunks = {
  "kizuna-arrange": () => import("../islands/arrange.js"),
  "kizuna-board": () => import("../islands/board.js"),
  "kizuna-file": () => import("../islands/file.js"),
  "kizuna-filter": () => import("../islands/filter.js"),
  "kizuna-live": () => import("../islands/live.js"),
  "kizuna-map": () => import("../islands/map.js"),
  "kizuna-mention": () => import("../islands/mention.js"),
  "kizuna-palette": () => import("../islands/palette.js"),
  "kizuna-points": () => import("../islands/points.js"),
  "kizuna-position": () => import("../islands/position.js"),
  "kizuna-postal": () => import("../islands/postal.js"),
  "kizuna-preview": () => import("../islands/preview.js"),
  "kizuna-push": () => import("../islands/push.js"),
  "kizuna-select": () => import("../islands/select.js"),
  "kizuna-selection": () => import("../islands/selection.js"),
  "kizuna-tags": () => import("../islands/tags.js"),
  "kizuna-tree": () => import("../islands/tree.js"),
  "kizuna-upload": () => import("../islands/upload.js"),
};
const wanted = new Set();

function load(scope) {
  for (const [name, fetchChunk] of Object.entries(chunks)) {
    if (wanted.has(name) || !scope.querySelector(name)) continue;
    wanted.add(name);
    fetchChunk().catch(() => wanted.delete(name));
  }
}

// A press on a button of an island that is still on its way is done as soon as it is here.
const OWN = "[data-add], [data-remove], [data-clear], [data-send], [data-drop], [data-here], [data-show]";
onEvery("click", OWN, (event, button) => {
  const island = button.closest(Object.keys(chunks).join());
  if (island?.matches(":not(:defined)")) customElements.whenDefined(island.localName).then(() => button.isConnected && button.click());
});

load(document);
document.addEventListener("htmx:after:swap", () => load(document));
