// What every map stands on: the outline of the world, drawn from our own file, and streets above it where a server of map
// pictures is set. ui/parts/map_ground.html says what is in the element.
import { control, geoJSON, map, tileLayer } from "leaflet/dist/leaflet-src.esm.js";
import { feature, mesh } from "topojson-client";

/** How close a map of one place begins: among streets; where an outline is all there is, so far away that some of it is in view. */
export const near = ({ dataset }) => (dataset.tiles ? 15 : 9);

let world = null; // read once for all maps of a page

/** A Leaflet map in an element [data-ground]. */
export function ground(element, { zoom = 2, centre = [30, 100] } = {}) {
  const { closer, farther, tiles, words } = element.dataset;
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const found = map(element, {
    attributionControl: false, zoomControl: false, worldCopyJump: true, minZoom: 1, maxZoom: 19, zoomSnap: 1,
    fadeAnimation: !still, zoomAnimation: !still, markerZoomAnimation: !still, inertia: !still,
    maxBounds: [[-89, -1e4], [89, 1e4]],
  });
  control.zoom({ position: "topleft", zoomInTitle: closer, zoomOutTitle: farther }).addTo(found);
  control.scale({ imperial: false }).addTo(found);
  element.setAttribute("role", "region");
  element.setAttribute("aria-label", words);
  found.setView(centre, zoom, { animate: false });
  if (tiles) tileLayer(tiles, { maxZoom: 19, referrerPolicy: "origin" }).addTo(found);
  else outline(found, element.dataset.world);
  const seen = new ResizeObserver(() => found.invalidateSize({ pan: false }));
  seen.observe(element);
  found.on("unload", () => seen.disconnect());
  return found;
}

async function outline(found, address) {
  world ??= fetch(address).then((answer) => answer.json());
  const topology = await world.catch(() => (world = null));
  if (!topology || !found.getPane("tilePane")) return;
  const land = feature(topology, topology.objects.land);
  for (const { geometry } of land.features ?? [land]) geometry.coordinates = geometry.coordinates.map((polygon) => polygon.map(unwrapped));
  const borders = mesh(topology, topology.objects.countries, (one, other) => one !== other);
  for (const turn of [0, -360, 360]) {
    const coordsToLatLng = ([lon, lat]) => ({ lat, lng: lon + turn });
    const options = { coordsToLatLng, interactive: false, pane: "tilePane", smoothFactor: 1.2 };
    geoJSON(land, { ...options, style: { className: "k-map-land" } }).addTo(found);
    if (!turn) geoJSON(borders, { ...options, style: { className: "k-map-border", fill: false } }).addTo(found);
  }
}

/** A coast as one line on a flat map: counted on where it crosses the 180th meridian, closed below where it goes round the pole. */
function unwrapped(ring) {
  let turn = 0;
  const found = ring.map(([lon, lat], place) => {
    const step = place ? lon - ring[place - 1][0] : 0;
    if (Math.abs(step) > 180) turn -= 360 * Math.sign(step);
    return [lon + turn, lat];
  });
  return turn ? [...found, [found.at(-1)[0], -90], [found[0][0], -90]] : found;
}

/** Where the browser is, as {lat, lng}; null where it does not say. */
export function whereabouts() {
  return new Promise((resolve) => {
    if (!navigator.geolocation) return resolve(null);
    const found = ({ coords }) => resolve({ lat: coords.latitude, lng: coords.longitude });
    return navigator.geolocation.getCurrentPosition(found, () => resolve(null), { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 });
  });
}

/** Degrees as they are typed: at most six decimals, the longitude between -180 and 180. */
export function degrees({ lat, lng }) {
  const east = ((((lng + 180) % 360) + 360) % 360) - 180;
  return [lat, east].map((number) => String(Number(number.toFixed(6))));
}
