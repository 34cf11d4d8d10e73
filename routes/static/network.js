// The network on a plain map: our own points, sections and links on the country's ground.
import { fetched, label, layGround, nameIslands, openMap, wireLayers, wireLegend } from "./country-map.js";

const box = document.querySelector("[data-network]");
const words = box.dataset;
const COLOURS = { point: "#0b4a8f", section: "#7a4a00", link: "#4a525c" };
const map = openMap(box);
const layers = { link: L.layerGroup().addTo(map), section: L.layerGroup().addTo(map), point: L.layerGroup().addTo(map) };
const spots = new Map();

function draw({ geometry, properties: one }) {
  if (one.kind === "link") {
    const line = geometry.coordinates.map(([lon, lat]) => [lat, lon]);
    const isActive = one.status === "active";
    label(L.polyline(line, { color: COLOURS.link, weight: isActive ? 3 : 2, opacity: isActive ? 0.9 : 0.5, dashArray: isActive ? "6 6" : "2 8" }), one.name).addTo(layers.link);
    return;
  }
  const [lon, lat] = geometry.coordinates;
  const isPoint = one.kind === "point";
  const isShut = isPoint && !one.is_open;
  const marker = L.circleMarker([lat, lon], { radius: isPoint ? 7 : 12, color: isShut ? COLOURS.point : "#fff", weight: 2, fillColor: isShut ? "#fff" : COLOURS[one.kind], fillOpacity: 1 });
  label(marker, one.name, one.detail, isShut && words.closed).addTo(layers[one.kind]);
  if (isPoint) {
    spots.set(one.key, marker);
    marker.on("click", () => { location.hash = one.key; });
  }
}

function ownArea() {
  const places = [...spots.values()].map((one) => one.getLatLng());
  if (places.length) map.fitBounds(L.latLngBounds(places).pad(0.25), { maxZoom: 12 });
}

function wireList() {
  for (const button of document.querySelectorAll("[data-show]")) {
    button.hidden = false;
    button.nextElementSibling.hidden = true;
    button.addEventListener("click", () => {
      const marker = spots.get(button.dataset.show);
      if (!marker) return;
      map.setView(marker.getLatLng(), 13);
      marker.openTooltip();
      box.focus({ preventScroll: true });
      box.scrollIntoView({ block: "nearest" });
    });
  }
}

const [network, dots] = await fetched(words.network, words.ground);
layGround(map, box, dots);
network.features.forEach(draw);
nameIslands(map, box, dots);
wireLayers(layers, map);
wireLegend(map, ownArea);
wireList();
ownArea();
box.dataset.drawn = "yes";
