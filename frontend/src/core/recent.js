// The records that this person opened last in this browser: their references, newest first, for the palette and
// for Home ([data-recent] asks for itself with them). The server is asked for their titles, so what one may not see any more does not show.
const MOST = 9;

const key = () => `kizuna:recent:${document.body.dataset.who ?? ""}`;
const stored = () => (localStorage.getItem(key()) ?? "").split(",").filter(Boolean);
const here = () => document.querySelector("[data-live-record]")?.dataset.liveRecord ?? "";

if (here()) localStorage.setItem(key(), [here(), ...stored().filter((one) => one !== here())].slice(0, MOST).join(","));

/** What to offer: without the record that is open now. */
export function recent() {
  return stored().filter((one) => one !== here()).join(",");
}

/** Parts of the page that show them ask for themselves. */
function ask() {
  for (const part of document.querySelectorAll("[data-recent]")) {
    const url = part.dataset.recent;
    part.removeAttribute("data-recent");
    window.htmx.ajax("GET", url, { source: part, target: part, swap: "outerHTML", values: { recent: recent() } });
  }
}
addEventListener("load", ask);
document.addEventListener("htmx:after:swap", ask);
