// <kizuna-position>: the control of a position (ui/parts/position.html): its text may be typed or pasted, told by the browser's
// GPS, or chosen on a small map by dragging a pin, pressing somewhere, or with the arrows while the pin has the focus.
import { divIcon, marker } from "leaflet/dist/leaflet-src.esm.js";
import { degrees, ground, near, whereabouts } from "./map_ground.js";

const STEP = 8; // pixels, for an arrow key
const PAIR = /^\s*([+-]?\d+(?:\.\d+)?)\s*[,\s]\s*([+-]?\d+(?:\.\d+)?)\s*$/;

class PositionControl extends HTMLElement {
  connectedCallback() {
    if (this.input) return;
    this.input = this.querySelector("input");
    this.querySelector("[data-here]").addEventListener("click", (event) => this.#here(event.currentTarget));
    this.querySelector("[data-show]").addEventListener("click", (event) => this.#toggle(event.currentTarget));
    this.input.addEventListener("input", () => this.#follow());
  }

  disconnectedCallback() {
    this.map?.remove();
    this.map = null;
  }

  get #typed() {
    const found = PAIR.exec(this.input.value);
    return found && { lat: Number(found[1]), lng: Number(found[2]) };
  }

  async #here(button) {
    button.disabled = true;
    const place = await whereabouts();
    button.disabled = false;
    if (place) this.#set(place, near(this.querySelector("[data-ground]")));
    else this.querySelector("[data-says]").textContent = this.dataset.refused;
    if (!place) document.body.dispatchEvent(new CustomEvent("kizuna:toast", { bubbles: true, detail: { text: this.dataset.refused, tone: "bad", undo: "" } }));
  }

  #toggle(button) {
    const open = button.getAttribute("aria-expanded") !== "true";
    button.setAttribute("aria-expanded", String(open));
    if (!open) {
      this.map.remove();
      this.map = null;
      for (const part of this.querySelectorAll(":scope > [data-ground], :scope > .k-map-owner, :scope > link")) part.remove();
      return;
    }
    this.append(this.querySelector("template").content.cloneNode(true));
    const at = this.#typed;
    const element = this.querySelector("[data-ground]");
    this.map = ground(element, at ? { centre: at, zoom: near(element) } : {});
    const icon = divIcon({ className: "k-mark k-mark-one k-mark-pin", iconSize: [20, 20], html: document.createElement("span") });
    this.pin = marker(at ?? this.map.getCenter(), { icon, draggable: true, autoPan: true }).addTo(this.map);
    this.pin.getElement().ariaLabel = button.getAttribute("aria-label");
    this.pin.on("dragend", () => this.#set(this.pin.getLatLng()));
    this.pin.getElement().addEventListener("keydown", (event) => this.#key(event));
    this.map.on("click", ({ latlng }) => this.#set(latlng));
  }

  #key(event) {
    const step = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] }[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    this.#set(this.map.containerPointToLatLng(this.map.latLngToContainerPoint(this.pin.getLatLng()).add(step)));
  }

  #set(place, zoom) {
    this.input.value = degrees(place).join(", ");
    this.input.dispatchEvent(new Event("change", { bubbles: true }));
    this.#follow(zoom);
  }

  #follow(zoom) {
    const at = this.#typed;
    if (!this.map || !at || Math.abs(at.lat) > 90 || Math.abs(at.lng) > 180) return;
    this.pin.setLatLng(at);
    if (zoom) this.map.setView(at, zoom);
    else if (!this.map.getBounds().contains(at)) this.map.panTo(at);
  }
}

customElements.define("kizuna-position", PositionControl);
