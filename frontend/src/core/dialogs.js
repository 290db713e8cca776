// Native dialogs. `data-opens="id"` opens one, `data-close` closes the one around it, an answer swapped into #dialog opens
// it, and an empty answer there or the event `kizuna:close` closes it.
import { onEvery } from "./page.js";

const slot = () => document.getElementById("dialog");

export function open(dialog) {
  if (!dialog || dialog.open) return;
  dialog.showModal();
  if (document.activeElement?.matches("[data-close]")) dialog.querySelector(".k-dialog-body :is(input:not([type=hidden]), select, textarea)")?.focus();
  dialog.dispatchEvent(new CustomEvent("kizuna:open"));
}

onEvery("click", "[data-opens]", (event, opener) => {
  opener.closest("[popover]")?.hidePopover?.();
  open(document.getElementById(opener.dataset.opens));
});
onEvery("click", "[data-close]", (event, button) => (button.closest(".k-part") ? history.back() : button.closest("dialog")?.close()));
document.addEventListener("kizuna:close", () => slot()?.close());
// A form whose answer is a file: the page stays, so its dialog goes.
onEvery("submit", "dialog form[data-download]", (event, form) => setTimeout(() => form.closest("dialog").close()));

// A click on the scrim closes, unless something was typed.
let pressed = null;
document.addEventListener("pointerdown", (event) => (pressed = event.target));
document.addEventListener("click", (event) => {
  const dialog = event.target;
  if (!(dialog instanceof HTMLDialogElement) || pressed !== dialog || dialog.querySelector("[data-dirty]")) return;
  const { left, right, top, bottom } = dialog.getBoundingClientRect();
  if (event.clientX < left || event.clientX > right || event.clientY < top || event.clientY > bottom) dialog.close();
});

document.addEventListener("htmx:after:swap", () => {
  const dialog = slot();
  if (!dialog) return;
  const filled = Boolean(dialog.querySelector(":scope > :not(#toasts)"));
  if (filled && !dialog.open) open(dialog);
  else if (!filled && dialog.open) dialog.close();
});

// Empty the slot when it closes, so that an old form never answers a new question.
document.addEventListener(
  "close",
  ({ target }) => {
    if (target === slot()) for (const child of [...target.children]) if (child.id !== "toasts") child.remove();
  },
  true,
);

// `hx-confirm` asks in our own words: a template `#confirm-template` with [data-text], [data-yes] in the page, if there is one.
document.addEventListener("htmx:confirm", (event) => {
  const { ctx, issueRequest, dropRequest } = event.detail;
  const template = document.getElementById("confirm-template");
  if (!ctx.confirm || !template) return;
  event.preventDefault();
  const dialog = template.content.firstElementChild.cloneNode(true);
  dialog.querySelector("[data-text]").textContent = ctx.confirm;
  const verb = ctx.sourceElement.dataset.verb;
  if (verb) dialog.querySelector("[data-yes]").textContent = verb;
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (dialog.returnValue === "yes") issueRequest();
    else dropRequest();
  });
  document.body.append(dialog);
  dialog.showModal();
});
