// Menus are popovers. Here: a place for browsers without anchor positioning, arrow keys, close after a choice, and menus
// that are fetched when they open: unseen until something is in them, closed again where nothing comes.
import { onEvery } from "./page.js";

const anchored = CSS.supports("position-area", "bottom");
let opener = null;

onEvery("click", "[popovertarget]", (event, button) => (opener = button), true);

document.addEventListener(
  "toggle",
  (event) => {
    const menu = event.target;
    if (!(menu instanceof HTMLElement) || !menu.matches(".k-menu:popover-open")) return;
    if (!anchored && opener) place(menu, opener);
    enter(menu);
  },
  true,
);

const opened = () => document.querySelector(".k-menu:popover-open");
const enter = (menu) => (menu.querySelector("[autofocus]") ?? menu.querySelector(".k-menu-item"))?.focus({ preventScroll: true });

document.addEventListener("htmx:after:swap", () => {
  const menu = opened();
  if (!menu || ![opener, document.body].includes(document.activeElement)) return; // somebody is elsewhere by now
  if (!anchored && opener) place(menu, opener);
  enter(menu);
});

for (const type of ["htmx:response:error", "htmx:error"])
  document.addEventListener(type, () => {
    const menu = opened();
    if (menu && !menu.firstElementChild) menu.hidePopover();
  });

function place(menu, button) {
  const at = button.getBoundingClientRect();
  const { width, height } = menu.getBoundingClientRect();
  const left = menu.classList.contains("k-menu-end") ? at.right - width : at.left;
  const top = at.bottom + height > innerHeight && at.top > height ? at.top - height - 8 : at.bottom;
  menu.style.left = `${Math.max(8, Math.min(left, innerWidth - width - 8))}px`;
  menu.style.top = `${top}px`;
}

onEvery("keydown", ".k-menu", (event, menu) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || event.target.matches("input:not([type=checkbox], [type=radio]), select, textarea")) return;
  const items = [...menu.querySelectorAll(".k-menu-item, .k-seg > button")].filter((item) => item.offsetParent !== null);
  const at = items.indexOf(document.activeElement);
  items.at((at + step + items.length) % items.length)?.focus();
  event.preventDefault();
});

onEvery("click", ".k-menu .k-menu-item:not([data-stays], label)", (event, item) => item.closest("[popover]")?.hidePopover());
