// A form with data-draft="key" keeps what was typed in this tab until it is saved: reload, crash or a lost line cost nothing.
// A [data-draft-note] in the form shows up while a draft exists; [data-draft-discard] forgets it, and so does saving a
// form with data-settles="key". Hidden controls have no part in a draft, but for those with data-kept.
import { onEvery } from "./page.js";

const slot = (form) => `kizuna:draft:${form.dataset.draft ?? form.dataset.settles}`;
const secret = (control) => ["password", "file", "hidden"].includes(control.type) && !control.dataset.kept;
const typedIn = new WeakSet(); // controls that somebody wrote in before their draft was back
const waiting = new Map(); // by slot: several forms may be typed in at once, and another one may settle them

const values = (form) =>
  [...form.elements].filter((control) => control.name && !secret(control) && !(control.matches("[type=checkbox], [type=radio]") && !control.checked)).map((control) => [control.name, control.value]);

function note(form, on) {
  for (const element of form.querySelectorAll("[data-draft-note]")) element.hidden = !on;
}

function save(form) {
  sessionStorage.setItem(slot(form), JSON.stringify(values(form)));
  note(form, true);
}

/** Islands in the form must be alive before they can take their part of a draft; one that never loads holds nobody up. */
const alive = (islands) => Promise.race([Promise.all(islands.map(({ localName }) => customElements.whenDefined(localName))), new Promise((done) => setTimeout(done, 3000))]);

async function restore(form) {
  const stored = sessionStorage.getItem(slot(form));
  if (!stored) return;
  if (form.matches("[data-invalid]")) return note(form, true); // the server answered with the same words and its errors
  const entries = JSON.parse(stored);
  const byName = Map.groupBy ? Map.groupBy(entries, ([name]) => name) : entries.reduce((all, entry) => all.set(entry[0], [...(all.get(entry[0]) ?? []), entry]), new Map());
  const islands = [...form.querySelectorAll("kizuna-points, kizuna-tags, kizuna-select")];
  await alive(islands);
  for (const island of islands) island.dispatchEvent(new CustomEvent("kizuna:restore", { detail: byName }));
  const seen = new Map();
  for (const control of form.elements) {
    if (!control.name || secret(control) || typedIn.has(control)) continue;
    const known = byName.get(control.name) ?? [];
    if (control.matches("[type=checkbox], [type=radio]")) control.checked = known.some(([, value]) => value === control.value);
    else {
      const at = seen.get(control.name) ?? 0;
      seen.set(control.name, at + 1);
      if (known[at]) control.value = known[at][1];
    }
  }
  form.toggleAttribute("data-dirty", true);
  form.dispatchEvent(new Event("change", { bubbles: true })); // what stands under the fields is drawn for what they hold
  note(form, true);
}

function forget(form) {
  clearTimeout(waiting.get(slot(form)));
  sessionStorage.removeItem(slot(form));
  sessionStorage.removeItem(`${slot(form)}:sent`);
  note(form, false);
}

const later = (event, form) => {
  clearTimeout(waiting.get(slot(form)));
  waiting.set(
    slot(form),
    setTimeout(() => save(form), 400),
  );
};
onEvery("input", "form[data-draft]", (event) => typedIn.add(event.target));
onEvery("input", "form[data-draft]", later);
onEvery("change", "form[data-draft]", later);
onEvery("click", "[data-draft-discard]", (event, button) => {
  const form = button.form ?? button.closest("form");
  forget(form);
  form.removeAttribute("data-dirty");
  location.reload();
});
// Sent the plain way: the draft goes when another page answers, and stays when this form comes back.
onEvery("submit", "form[data-draft]:not([hx-post])", (event, form) => {
  save(form);
  sessionStorage.setItem(`${slot(form)}:sent`, "1");
});
document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
  const form = ctx.sourceElement; // what asks from within the form saves nothing
  if (form?.matches?.("form[data-draft], form[data-settles]") && ctx.response.status < 400 && ctx.request.method !== "GET") forget(form);
});

document.addEventListener("htmx:after:swap", () => {
  for (const form of document.querySelectorAll("form[data-draft]")) note(form, sessionStorage.getItem(slot(form)) !== null);
});

const here = new Set([...document.querySelectorAll("form[data-draft]")].map(slot));
for (const key of Object.keys(sessionStorage)) {
  const [, base] = key.match(/^(kizuna:draft:.*):sent$/) ?? [];
  if (!base) continue;
  sessionStorage.removeItem(key);
  if (!here.has(base)) sessionStorage.removeItem(base);
}
addEventListener("load", () => document.querySelectorAll("form[data-draft]").forEach(restore));
