// Ways through the lanes of <kizuna-board>: by arrows from card to card, and on a phone one lane at a time by tabs and swipes.
const RAIL = 56;
const links = (lane) => [...lane.querySelectorAll("[data-card] [data-open]")];

/** Focus the card above or below, or one in the next lane that has any. */
export function walk(lanes, card, key) {
  const lane = card.closest("[data-lane]");
  const at = links(lane).indexOf(card.querySelector("[data-open]"));
  if (key === "ArrowUp" || key === "ArrowDown") return links(lane)[at + (key === "ArrowUp" ? -1 : 1)]?.focus();
  const here = lanes.indexOf(lane);
  const ahead = key === "ArrowLeft" ? lanes.slice(0, here).reverse() : lanes.slice(here + 1);
  const next = ahead.find((one) => links(one).length && one.querySelector("[data-cards]:not([hidden])"));
  return next && links(next)[Math.min(at, links(next).length - 1)].focus();
}

/** A press on [data-lane-tab] brings its lane into sight. */
export function showLane(event) {
  const tab = event.target.closest("[data-lane-tab]");
  if (tab) document.getElementById(`lane-${tab.dataset.laneTab}`)?.scrollIntoView({ block: "nearest", inline: "start" });
}

/** Mark the tab of the lane that is in sight. */
export function markLane(board, frame) {
  const { left } = frame.getBoundingClientRect();
  const wide = [...board.querySelectorAll("[data-lane]")].filter((lane) => lane.offsetWidth > RAIL);
  const at = wide.find((lane) => lane.getBoundingClientRect().right > left + RAIL);
  for (const tab of board.querySelectorAll("[data-lane-tab]")) {
    if (`lane-${tab.dataset.laneTab}` !== at?.id) tab.removeAttribute("aria-current");
    else if (!tab.hasAttribute("aria-current")) {
      tab.setAttribute("aria-current", "true");
      tab.parentElement.scrollTo({ left: tab.offsetLeft - 16 });
    }
  }
}
