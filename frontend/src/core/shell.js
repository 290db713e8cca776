// The shell remembers: sidebar, closed groups, theme, how far one had scrolled. And it knows the Mac's keys.
import { keep, kept, onEvery } from "./page.js";

const root = document.documentElement;

onEvery("click", "[data-collapse]", (event, button) => {
  const narrow = matchMedia("(max-width: 1023.98px)").matches;
  const open = narrow ? !root.classList.contains("k-opened") : root.classList.contains("k-closed");
  root.classList.toggle("k-closed", !open);
  root.classList.toggle("k-opened", open);
  button.setAttribute("aria-expanded", String(open));
  keep("kizuna_sidebar", open ? "opened" : "closed");
});

// Closed groups as ".sales..insight.", read by ui/parts/sidebar.html.
document.addEventListener(
  "toggle",
  ({ target }) => {
    const slug = target instanceof HTMLDetailsElement && target.dataset.group;
    if (!slug) return;
    const others = kept("kizuna_nav").replaceAll(`.${slug}.`, "");
    keep("kizuna_nav", target.open ? others : `${others}.${slug}.`);
  },
  true,
);

// Theme: at once here, kept by the server.
onEvery("submit", "[data-theme-form]", (event, form) => {
  event.preventDefault();
  const { value } = event.submitter;
  if (value === "auto") delete root.dataset.bsTheme;
  else root.dataset.bsTheme = value;
  for (const button of form.querySelectorAll("[name=theme]")) button.setAttribute("aria-pressed", String(button === event.submitter));
  window.htmx.ajax("POST", form.getAttribute("action"), { source: form, values: { theme: value }, swap: "none" });
});

if (/Mac|iPhone|iPad/.test(navigator.platform)) for (const key of document.querySelectorAll("[data-mod]")) key.textContent = "⌘";

// Scroll of the parts that scroll on their own: back to where one was, after Back and after a full page in the sidebar.
const places = () => document.querySelectorAll("[data-keep-scroll]");
const slot = (element) => `kizuna:scroll:${element.dataset.keepScroll === "nav" ? "nav" : location.pathname + location.search}`;
const returning = performance.getEntriesByType("navigation")[0]?.type === "back_forward";
for (const element of places()) {
  const top = Number(sessionStorage.getItem(slot(element)));
  if (!top || !(returning || element.dataset.keepScroll === "nav")) continue;
  element.scrollTop = top;
  if (element.querySelector(".k-panels-wait")) goOn(element, top); // too short until its panels are there
}
for (const here of document.querySelectorAll(":is(.k-nav, .k-tabs) > [aria-current], .k-nav-group > [aria-current], .k-path [aria-current]")) here.scrollIntoView({ block: "nearest", inline: "center" });
function goOn(element, top) {
  const at = element.scrollTop;
  const seen = new MutationObserver(() => {
    seen.disconnect();
    if (element.scrollTop === at) element.scrollTop = top;
  });
  seen.observe(element, { childList: true });
}
addEventListener("pagehide", () => {
  for (const element of places()) sessionStorage.setItem(slot(element), String(element.scrollTop));
});
