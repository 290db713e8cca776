// The marks of a map, made of the list beside it (ui/parts/map_places.html): a dot for a record, a number for several that
// stand close together. Each is a button; a dot shows its record in a card, a number goes closer.
import { divIcon, latLngBounds, layerGroup, marker, popup } from "leaflet/dist/leaflet-src.esm.js";

const SIZES = [16, 30, 34, 40, 46, 52];

/** Give the focus to a link that is hidden for some frames more, while its card is measured. */
function enter(link, tries = 10) {
  link.focus({ preventScroll: true });
  if (tries && link.isConnected && document.activeElement !== link) setTimeout(() => enter(link, tries - 1), 30);
}

export class Marks {
  constructor(map, list) {
    Object.assign(this, { map, list });
    this.layer = layerGroup().addTo(map);
    list.addEventListener("click", (event) => {
      const button = event.target.closest("[data-closer]");
      if (button) this.#closer(button.closest("[data-place]"));
    });
  }

  /** Draw what the list says now. */
  draw() {
    const held = this.map.getPane("markerPane").contains(document.activeElement);
    this.layer.clearLayers();
    for (const item of this.list.querySelectorAll("[data-place]")) this.#mark(item).addTo(this.layer);
    if (held) this.map.getContainer().focus({ preventScroll: true });
  }

  #mark(item) {
    const { lat, lon, number, size, vague } = item.dataset;
    const side = SIZES[number ? Math.min(Number(size), 5) : 0];
    const face = Object.assign(document.createElement("span"), { textContent: number ?? "" });
    const kind = number ? "k-mark-several" : vague === undefined ? "k-mark-one" : "k-mark-one k-mark-vague";
    const icon = divIcon({ html: face, className: `k-mark ${kind}`, iconSize: [side, side] });
    const made = marker([Number(lat), Number(lon)], { icon, riseOnHover: true });
    const words = item.querySelector("a, button").textContent.trim();
    const name = number ? `${number}: ${words}` : words;
    made.on("add", () => Object.assign(made.getElement(), { title: name, ariaLabel: name }));
    const open = () => (item.dataset.bounds ? this.#closer(item) : this.#show(item));
    made.on("click", open);
    made.on("keydown", ({ originalEvent: event }) => {
      if (!["Enter", " "].includes(event.key)) return;
      event.preventDefault();
      open();
    });
    return made;
  }

  /** The focus to the mark of an item, wherever marks were drawn again meanwhile; else to the map. */
  #back({ dataset: { lat, lon } }) {
    const mark = this.layer.getLayers().find((one) => one.getLatLng().equals([Number(lat), Number(lon)]));
    (mark?.getElement() ?? this.map.getContainer()).focus({ preventScroll: true });
  }

  #closer(item) {
    const [south, west, north, east] = item.dataset.bounds.split(",").map(Number);
    const before = this.map.getZoom();
    const zoom = Math.min(this.map.getBoundsZoom(latLngBounds([south, west], [north, east]).pad(0.2)), 18);
    this.map.setView([(south + north) / 2, (west + east) / 2], Math.max(zoom, before + 1));
  }

  #show(item) {
    const card = document.createElement("div");
    card.className = "k-map-card";
    card.append(...[...item.children].map((child) => child.cloneNode(true)));
    card.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      this.map.closePopup();
      this.#back(item);
    });
    popup({ closeButton: false, minWidth: 160, maxWidth: 280, offset: [0, -4], autoPanPadding: [12, 12] })
      .setLatLng([Number(item.dataset.lat), Number(item.dataset.lon)]).setContent(card).openOn(this.map);
    enter(card.querySelector("a"));
  }
}
