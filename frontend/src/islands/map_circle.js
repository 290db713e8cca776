// Circles on a map: those of the condition, and one that is being drawn, from its middle outwards.
import { circle, layerGroup, polygon } from "leaflet/dist/leaflet-src.esm.js";

const EARTH_KM = 6371.0088;
const RIM = 128; // points
const NEAR_POLE = 85;
const STYLE = { className: "k-map-circle", interactive: false };
const radians = (degrees) => (degrees * Math.PI) / 180;

/** The rim of a circle on the sphere, which a flat map does not show as a circle; null where it holds a pole. */
function rim(lat, lon, km) {
  const [angle, up] = [km / EARTH_KM, radians(lat)];
  if (Math.abs(lat) + (angle * 180) / Math.PI > NEAR_POLE) return null;
  return Array.from({ length: RIM }, (_, step) => {
    const turn = (2 * Math.PI * step) / RIM;
    const sine = Math.sin(up) * Math.cos(angle) + Math.cos(up) * Math.sin(angle) * Math.cos(turn);
    const aside = Math.atan2(Math.sin(turn) * Math.sin(angle) * Math.cos(up), Math.cos(angle) - Math.sin(up) * sine);
    return [(Math.asin(sine) * 180) / Math.PI, lon + (aside * 180) / Math.PI];
  });
}

const round = (km) => (km < 10 ? Number(km.toFixed(2)) : Math.round(km));

export class Circles {
  #drawn = null; // {middle, layer, pointer} of the one that is being drawn

  /** `done(middle, km)` hears of a circle that was drawn, `ended()` that drawing is over. */
  constructor(map, { done, ended }) {
    Object.assign(this, { map, done, ended, layer: layerGroup().addTo(map), isOn: false });
    const box = map.getContainer();
    box.addEventListener("pointerdown", (event) => this.isOn && this.#down(event), { capture: true });
    box.addEventListener("pointermove", (event) => this.#drawn && this.#move(event));
    box.addEventListener("pointerup", (event) => this.#drawn && this.#up(event));
    box.addEventListener("keydown", (event) => event.key === "Escape" && this.isOn && this.stop());
  }

  /** Show circles: [{lat, lon, km}]; returns what they span, null when there are none. */
  show(circles) {
    this.layer.clearLayers();
    const made = circles.map(({ lat, lon, km }) => {
      const line = rim(Number(lat), Number(lon), Number(km));
      return line ? polygon(line, { ...STYLE, smoothFactor: 0 }).addTo(this.layer) : this.#circle([Number(lat), Number(lon)], Number(km));
    });
    return made.length ? made.map((one) => one.getBounds()).reduce((all, one) => all.extend(one)) : null;
  }

  #circle(middle, km) {
    return circle(middle, { ...STYLE, radius: km * 1000 }).addTo(this.layer);
  }

  start() {
    this.isOn = true;
    this.map.dragging.disable();
    this.map.getContainer().classList.add("k-map-drawing");
    this.map.getContainer().focus({ preventScroll: true });
  }

  stop() {
    this.isOn = false;
    this.#drawn?.layer.remove();
    this.#drawn = null;
    this.map.dragging.enable();
    this.map.getContainer().classList.remove("k-map-drawing");
    this.ended();
  }

  #down(event) {
    if (event.target.closest(".leaflet-control")) return;
    event.preventDefault();
    event.stopPropagation();
    const middle = this.map.mouseEventToLatLng(event);
    this.#drawn = { middle, layer: this.#circle(middle, 0) };
    this.map.getContainer().setPointerCapture(event.pointerId);
  }

  #move(event) {
    this.#drawn.layer.setRadius(this.map.distance(this.#drawn.middle, this.map.mouseEventToLatLng(event)));
  }

  #up(event) {
    this.#move(event);
    const { middle, layer } = this.#drawn;
    const km = round(layer.getRadius() / 1000);
    this.stop();
    if (km >= 0.01) this.done(middle, km);
  }
}
