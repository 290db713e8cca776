// Tables: a tooltip for what is cut off; double click or F2 edits a cell in place (its answer comes from data-edit-url).
import { onEvery, typing } from "./page.js";

onEvery("mouseover", ".k-table td, .k-clip", (event, element) => {
  const inner = element.querySelector(":scope .k-clip") ?? element;
  const cut = inner.scrollWidth > inner.clientWidth + 1;
  if (cut && !element.title) element.title = inner.innerText.replace(/\s*\n\s*/g, " ");
});

function edit(cell) {
  const row = cell.closest("[data-row]");
  const table = cell.closest("[data-edit-url]");
  if (!row || !table || cell.querySelector("form")) return;
  const field = table.querySelectorAll("thead th")[cell.cellIndex]?.dataset;
  if (field?.editable === undefined) return;
  const url = table.dataset.editUrl.replace("{id}", row.dataset.row).replace("{field}", field.field);
  window.htmx.ajax("GET", url, { target: cell, source: cell, swap: "innerHTML" });
}

onEvery("dblclick", "[data-edit-url] td", (event, cell) => event.target.closest("form, [data-check]") || edit(cell));
// An editor that took the place of its text: what it holds is selected, to be replaced or moved within.
document.addEventListener("htmx:after:swap", () => {
  const input = document.activeElement;
  if (input?.matches?.("input[autofocus]") && input.closest(".k-cell-edit, .k-inline-edit")) input.select();
});
onEvery("keydown", ".k-cell-edit, .k-inline-edit", (event, form) => {
  if (event.key !== "Escape" || event.defaultPrevented || event.isComposing) return;
  event.stopPropagation();
  form.querySelector("[data-cancel]")?.click();
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "F2" || typing(event)) return;
  const cell = event.target.closest?.("[data-edit-url] td");
  if (cell) edit(cell);
});

// However many views a list has, the tab of the open one is in sight.
document.querySelector(".k-list-views .k-tab[aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
