// The records that this person opened last in this browser: their references, newest first, for the palette. The server
// is asked for their titles, so what one may not see any more does not show.
const MOST = 9;

const key = () => `kizuna:recent:${document.body.dataset.who ?? ""}`;
const stored = () => (localStorage.getItem(key()) ?? "").split(",").filter(Boolean);
const here = () => document.querySelector("[data-live-record]")?.dataset.liveRecord ?? "";

if (here()) localStorage.setItem(key(), [here(), ...stored().filter((one) => one !== here())].slice(0, MOST).join(","));

/** What to offer: without the record that is open now. */
export function recent() {
  return stored().filter((one) => one !== here()).join(",");
}
