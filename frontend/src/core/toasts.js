// Toasts: 8 seconds, longer while hovered or focused; errors stay until closed; Undo is a POST.
import { onEvery } from "./page.js";

const LASTS = 8000;
const region = () => document.getElementById("toasts");
const timers = new WeakMap();

/** Say something. `tone`: "good", "bad" or ""; `undo`: a path to POST to; `lasting`: stays until closed. */
export function toast({ text, tone = "", undo = "", lasting = tone === "bad" }) {
  const template = document.getElementById("toast-template");
  if (!template || !region() || !text) return;
  const element = template.content.firstElementChild.cloneNode(true);
  element.dataset.tone = tone;
  element.querySelector(".k-toast-text").textContent = text;
  for (const icon of element.querySelectorAll("[data-for]")) if (icon.dataset.for !== tone) icon.remove();
  const button = element.querySelector("[data-undo]");
  if (undo) button.setAttribute("hx-post", undo);
  else button.remove();
  if (tone === "bad") element.setAttribute("role", "alert");
  for (const other of region().querySelectorAll(".k-toast")) {
    if (other.textContent.trim() === element.textContent.trim()) other.remove();
  }
  region().append(element);
  window.htmx.process(element);
  start(element, lasting);
}

/** Words of the page's language that script says on its own: see ui/parts/toasts.html. */
export const words = (name) => region()?.dataset[name] ?? "";

function start(element, lasting = element.dataset.tone === "bad") {
  raise();
  if (lasting || timers.has(element)) return;
  timers.set(element, setTimeout(() => expire(element), LASTS));
}

function expire(element) {
  if (element.matches(":hover, :focus-within")) timers.set(element, setTimeout(() => expire(element), 1500));
  else close(element);
}

function close(element) {
  element?.remove();
  if (!region().querySelector(".k-toast")) region().hidePopover?.();
}

/** Above everything. Within an open dialog, because all that lies outside it cannot be clicked or heard. */
function raise() {
  const place = region();
  const home = [...document.querySelectorAll("dialog:modal")].at(-1) ?? document.body;
  if (place.parentElement !== home) home.append(place);
  if (place.matches(":popover-open")) place.hidePopover();
  place.showPopover();
}

/** Out of a dialog before it closes or its content is exchanged. */
function leave() {
  const place = region();
  if (!place || place.parentElement === document.body) return;
  document.body.append(place);
  if (place.querySelector(".k-toast")) setTimeout(raise);
}
document.addEventListener("close", leave, true);
document.addEventListener("htmx:before:swap", leave);

onEvery("click", "[data-dismiss]", (event, button) => close(button.closest(".k-toast")));
// Out of sight at once, gone when the answer has come: its events still have to rise from the button.
onEvery("click", "[data-undo]", (event, button) => setTimeout(() => (button.closest(".k-toast").hidden = true)));
onEvery("htmx:finally:request", "[data-undo]", (event, button) => setTimeout(() => close(button.closest(".k-toast"))));
document.addEventListener("kizuna:toast", ({ detail }) => toast(detail));

if (region()) {
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes) for (const node of addedNodes) if (node instanceof Element && node.matches(".k-toast")) start(node);
  }).observe(region(), { childList: true });
  for (const element of region().querySelectorAll(".k-toast")) start(element);
}
