// Where columns do not fit side by side, buttons choose the one that shows: [data-pane-tab] within [data-pane].
import { onEvery } from "./page.js";

onEvery("click", "[data-pane-tab]", (event, button) => {
  const place = button.closest("[data-pane]");
  place.dataset.pane = button.dataset.paneTab;
  for (const other of place.querySelectorAll("[data-pane-tab]")) other.setAttribute("aria-pressed", String(other === button));
});
