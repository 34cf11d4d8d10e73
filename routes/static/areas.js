// Service areas on a plain map: what each point serves, what was drawn, and land that nobody serves.
import { fetched, label, layGround, nameIslands, openMap, wireLayers, wireLegend } from "./country-map.js";

const box = document.querySelector("[data-areas]");
const words = box.dataset;
const STYLES = {
  cell: { color: "#0b4a8f", weight: 1, fillColor: "#0b4a8f", fillOpacity: 0.08 },
  drawn: { color: "#7a4a00", weight: 3, dashArray: "8 5", fillColor: "#7a4a00", fillOpacity: 0.12 },
};
const map = openMap(box);
const layers = { cell: L.layerGroup().addTo(map), drawn: L.layerGroup().addTo(map), gap: L.layerGroup().addTo(map), point: L.layerGroup().addTo(map) };
const places = [];

function draw({ geometry, properties: one }) {
  if (STYLES[one.kind]) {
    label(L.geoJSON(geometry, { style: STYLES[one.kind] }), one.name, one.kind === "drawn" && words.drawn).addTo(layers[one.kind]);
    return;
  }
  const [lon, lat] = geometry.coordinates;
  if (one.kind === "gap") {
    label(L.circleMarker([lat, lon], { radius: 9, color: "#a31621", weight: 3, fillColor: "#fff", fillOpacity: 1 }), words.gap, one.km2).addTo(layers.gap);
    return;
  }
  places.push([lat, lon]);
  label(L.circleMarker([lat, lon], { radius: 5, color: "#fff", weight: 2, fillColor: "#0b4a8f", fillOpacity: 1 }), one.name).addTo(layers.point);
}

function ownArea() {
  if (places.length) map.fitBounds(L.latLngBounds(places).pad(0.25), { maxZoom: 12 });
}

const [areas, dots] = await fetched(words.areas, words.ground);
layGround(map, box, dots);
areas.features.forEach(draw);
nameIslands(map, box, dots);
wireLayers(layers, map);
wireLegend(map, ownArea);
ownArea();
box.dataset.shown = "yes";
