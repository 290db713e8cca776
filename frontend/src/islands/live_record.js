// An open record follows what others change: what differs is exchanged, what is being edited is left alone, and who did it is
// said once. Below the name stands who else has it open, and who edits it.
import { gathered } from "../core/gathering.js";
import { busy, exchange } from "../core/page.js";
import { toast } from "../core/toasts.js";

const PARTS = "#record-header, #record-facts, #lines, .k-prop[id^=field-], .k-panel[id^=panel-]:not(.k-files)";

const words = () => document.querySelector("kizuna-live")?.dataset ?? {};
const later = gathered(renew, { least: 300 });

document.addEventListener("kizuna:live", ({ detail }) => {
  const page = document.querySelector("[data-live-record]");
  if (!page) return;
  const [key, id] = page.dataset.liveRecord.split(":");
  if (detail.gone?.[key]?.includes(Number(id))) {
    toast({ text: words().gone, lasting: true });
    return;
  }
  const touched = detail.changed?.[key]?.includes(Number(id)) || detail.reload;
  if (touched && detail.by && !detail.by.mine) toast({ text: words().changed.replace("{who}", detail.by.name) });
  if ((touched || detail.related) && page.matches("article")) later();
});

async function renew() {
  const page = document.querySelector("article[data-live-record]");
  if (!page) return;
  document.body.dispatchEvent(new CustomEvent("kizuna:happened", { bubbles: true }));
  const further = page.querySelector("[data-panels]")?.dataset.panels;
  for (const url of [location.href, further].filter(Boolean)) {
    const headers = url === further ? { "HX-Request-Type": "partial" } : {};
    const answer = await fetch(url, { headers }).catch(() => null);
    if (!answer?.ok || answer.redirected || !page.isConnected) return;
    const now = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const fresh of now.querySelectorAll(PARTS)) show(document.getElementById(fresh.id), fresh);
  }
}

const read = (element) => element.textContent.replace(/\s+/g, " ").trim();

/** A field lights where it reads otherwise: what only the browser has added to it is no news. */
function show(old, fresh) {
  if (!old || busy(old) || old.innerHTML === fresh.innerHTML) return;
  fresh.classList.toggle("k-fresh", fresh.matches(".k-prop") && read(old) !== read(fresh));
  exchange(old, fresh);
}

document.addEventListener("kizuna:people", ({ detail }) => {
  const place = document.querySelector("[data-people]");
  if (!place) return;
  const editing = detail.filter((one) => one.editing);
  const [people, word] = editing.length ? [editing, "Editing"] : [detail, "Here"];
  const names = new Intl.ListFormat(document.documentElement.lang).format(people.map((one) => one.name));
  const said = words()[people.length > 1 ? `several${word}` : word.toLowerCase()] ?? "";
  place.textContent = people.length ? said.replace("{who}", names) : "";
  place.toggleAttribute("data-editing", editing.length > 0);
  place.hidden = !people.length;
});
