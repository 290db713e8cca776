// <kizuna-map>: a list as a map (ui/parts/map.html). Where it is open stands in the address; after every move it asks for what
// lies in view, which becomes the list beside it and the marks on it. Circles become a condition of the list.
import { latLngBounds } from "leaflet/dist/leaflet-src.esm.js";
import { Circles } from "./map_circle.js";
import { degrees, ground, near, whereabouts } from "./map_ground.js";
import { Marks } from "./map_marks.js";

const WAIT = 120;

class MapOfList extends HTMLElement {
  #asked = ""; // the address of the marks that are drawn
  #timer = 0;
  #news = 0;

  connectedCallback() {
    if (this.map) return;
    this.off = new AbortController();
    this.list = this.querySelector("[data-marks]");
    this.form = this.querySelector("form");
    this.map = ground(this.querySelector("[data-ground]"));
    this.marks = new Marks(this.map, this.list);
    const done = (middle, km) => this.#around(middle, km);
    this.circles = new Circles(this.map, { done, ended: () => this.#drawing(false) });
    const on = (type, react) => document.addEventListener(type, react, { signal: this.off.signal });
    on("htmx:after:swap", ({ detail }) => this.#swapped(detail?.ctx?.target));
    on("kizuna:live", ({ detail }) => ["changed", "new", "gone"].some((word) => detail[word]?.[this.dataset.key]) && this.#later());
    this.form.addEventListener("click", (event) => this.#pressed(event.target.closest("[data-around]")));
    this.form.addEventListener("submit", (event) => this.form.elements.lat.value || (event.preventDefault(), this.#around(this.map.getCenter())));
    this.map.on("moveend", () => this.#moved());
    this.#open();
  }

  disconnectedCallback() {
    this.off.abort();
    clearTimeout(this.#timer);
    clearTimeout(this.#news);
    this.map.remove();
    this.map = null;
  }

  // ── where it is open ──

  #open() {
    const [lat, lon, zoom] = this.dataset.at.split(",").map(Number);
    const drawn = this.#showCircles();
    if (this.dataset.at) this.map.setView([lat, lon], zoom, { animate: false });
    else if (drawn) this.map.fitBounds(drawn, { animate: false });
    else {
      const [south, west, north, east] = this.dataset.extent.split(",").map(Number);
      this.map.fitBounds(latLngBounds([south, west], [north, east]), { animate: false, maxZoom: near(this.querySelector("[data-ground]")), padding: [40, 40] });
    }
    this.#ask();
  }

  #showCircles() {
    return this.circles.show([...this.querySelectorAll("[data-circle]")].map(({ dataset }) => dataset));
  }

  #moved() {
    const [lat, lon] = degrees(this.map.getCenter()).map((one) => Number(Number(one).toFixed(4)));
    const here = new URL(location);
    here.searchParams.set("at", `${lat},${lon},${this.map.getZoom()}`);
    history.replaceState(history.state, "", here);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ask(), WAIT);
  }

  // ── what lies in view ──

  #ask() {
    const bounds = this.map.getBounds();
    const url = new URL(this.dataset.places, location);
    const sides = [bounds.getSouth(), bounds.getWest(), bounds.getNorth(), bounds.getEast()];
    url.searchParams.set("box", sides.map((side) => side.toFixed(6)).join(","));
    url.searchParams.set("zoom", this.map.getZoom());
    this.#asked = this.dataset.places;
    window.htmx.ajax("GET", `${url.pathname}${url.search}`, { source: this.list, target: this.list, swap: "innerHTML" });
  }

  /** What others change is looked at once in a while. */
  #later() {
    this.#news ||= setTimeout(() => {
      this.#news = 0;
      this.#ask();
    }, 1000 + 1000 * Math.random());
  }

  /** Marks came; or the list around was read again, perhaps with another condition. */
  #swapped(target) {
    if (!this.map) return;
    if (target === this.list) this.marks.draw();
    else if (target?.id === "list") {
      const drawn = this.#showCircles();
      if (this.dataset.places === this.#asked || !drawn) this.#ask();
      else requestAnimationFrame(() => this.#look(drawn));
    }
  }

  /** A frame after the swap: Chromium draws no further frame, with reduced motion, where the map jumps within it. */
  #look(drawn) {
    if (!this.map) return;
    this.map.fitBounds(drawn);
    this.#ask();
  }

  // ── circles ──

  #pressed(button) {
    if (!button) return;
    const { around } = button.dataset;
    if (around === "draw") return this.circles.isOn ? this.circles.stop() : this.#drawing(true);
    if (around === "middle") return this.#around(this.map.getCenter());
    button.disabled = true;
    whereabouts().then((place) => {
      button.disabled = false;
      if (place) this.#around(place);
      this.#say(place ? "" : "refused");
    });
    return undefined;
  }

  #drawing(on) {
    this.form.querySelector("[data-around=draw]").setAttribute("aria-pressed", String(on));
    this.#say(on ? "drawing" : "");
    if (on) this.circles.start();
  }

  #say(word) {
    const place = this.querySelector("[data-says]");
    place.textContent = place.dataset[word] ?? "";
  }

  #around(middle, km = null) {
    const fields = this.form.elements;
    [fields.lat.value, fields.lon.value] = degrees(middle).map((one) => String(Number(Number(one).toFixed(4))));
    if (km !== null) fields.km.value = km;
    this.form.requestSubmit();
  }
}

customElements.define("kizuna-map", MapOfList);
