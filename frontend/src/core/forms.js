// Forms: Ctrl+Enter saves, Enter while composing does not, one submit at a time, unsaved edits warn before leaving.
// Enter in a field saves as well: left alone, it presses the first button, which may be "Save and add another".
import { composing, onEvery } from "./page.js";

onEvery("keydown", "form", (event, form) => {
  if (event.key !== "Enter" || composing(event)) return;
  const button = form.querySelector("[data-default]");
  const isInField = button && !event.defaultPrevented && event.target.matches("input:not([type=file])");
  if (event.ctrlKey || event.metaKey || isInField) {
    event.preventDefault();
    form.requestSubmit(button ?? undefined);
  }
});

// On a page that is one form (its foot says what Ctrl+Enter does) nothing needs to have the focus first.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.target !== document.body) return;
  const button = document.querySelector("dialog[open]") ? null : document.querySelector(".k-form-foot [data-default]");
  if (button) button.form.requestSubmit(button);
});

// Some browsers submit on the Enter that ends a composition.
onEvery("keydown", "form input", (event) => event.key === "Enter" && composing(event) && event.preventDefault(), true);

// A plain form that is on its way must not be sent again by a second press.
onEvery("submit", "form[method=post]:not([hx-post])", (event, form) => {
  if (form.dataset.sent) return event.preventDefault();
  if (event.defaultPrevented) return undefined;
  form.dataset.sent = "1";
  setTimeout(() => delete form.dataset.sent, 10000);
  return undefined;
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// Neither must one that htmx sends, as long as it is on its way and nobody has written on.
onEvery(
  "submit",
  "form[hx-post]",
  (event, form) => {
    if (form.matches(".htmx-request[data-sent]")) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
    form.dataset.sent = "1";
  },
  true,
);
onEvery("input", "form[hx-post][data-sent]", (event, form) => form.removeAttribute("data-sent"));
document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => ctx.sourceElement?.removeAttribute?.("data-sent"));

// A press fills in fields: [data-fill] holds their names and values, [data-then] the name of the one to go on with.
onEvery("click", "[data-fill]", (event, button) => {
  const { form } = button;
  for (const [name, value] of Object.entries(JSON.parse(button.dataset.fill))) {
    const control = form.elements.namedItem(name);
    if (control) control.value = value;
  }
  form.elements.namedItem(button.dataset.then)?.focus();
  form.dispatchEvent(new Event("change", { bubbles: true }));
});

onEvery("input", "form[data-unsaved]", (event, form) => form.toggleAttribute("data-dirty", true));
onEvery("change", "form[data-unsaved]", (event, form) => form.toggleAttribute("data-dirty", true));
onEvery("submit", "form[data-unsaved]", (event, form) => !event.defaultPrevented && form.method !== "dialog" && form.toggleAttribute("data-leaving", true));
addEventListener("beforeunload", (event) => {
  if (document.querySelector("form[data-unsaved][data-dirty]:not([data-leaving])")) event.preventDefault();
});
document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
  const form = ctx.sourceElement;
  if (!form?.matches?.("form[data-unsaved]")) return; // what asks from within the form saves nothing
  form.removeAttribute("data-leaving");
  if (ctx.response.status < 400 && ctx.request.method !== "GET") form.removeAttribute("data-dirty");
});
// A refused form came back: what it holds is as unsaved as before.
document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  if (![409, 412, 422].includes(ctx.response?.status)) return;
  for (const form of document.querySelectorAll("form[data-unsaved]:has([aria-invalid=true]), form[data-unsaved][data-invalid]")) form.toggleAttribute("data-dirty", true);
});
document.addEventListener("htmx:error", ({ target }) => target.closest?.("form[data-unsaved]")?.removeAttribute("data-leaving"));
