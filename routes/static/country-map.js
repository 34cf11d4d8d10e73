// What every map of ours has: dots of communes for ground, both archipelagos, and the whole country beside it.
export const COUNTRY = [[7.6, 102.0], [23.5, 118.4]];
const STILL = { zoomAnimation: false, fadeAnimation: false, markerZoomAnimation: false };
const FRAME = "#0b4a8f";

function ground(map, dots, renderer, radius) {
  for (const place of dots) {
    L.circleMarker(place, { renderer, radius, stroke: false, fillColor: "#8fa3b8", fillOpacity: 0.9, interactive: false }).addTo(map);
  }
}

function islands(map, words) {
  for (const [place, name] of [[[16.5, 112.0], words.hoangSa], [[9.7, 114.4], words.truongSa]]) {
    L.circleMarker(place, { radius: 4, color: "#083766", fillOpacity: 1, interactive: false })
      .bindTooltip(name, { permanent: true, direction: "bottom", className: "island" }).addTo(map);
  }
}

// Whatever part of the country the map shows, both archipelagos are in sight beside it.
function wholeCountry(map, dots, words) {
  const holder = document.querySelector("[data-inset]");
  holder.hidden = false;
  const country = L.map(holder, { ...STILL, zoomControl: false, attributionControl: false, dragging: false, keyboard: false, touchZoom: false, doubleClickZoom: false, boxZoom: false, scrollWheelZoom: false, zoomSnap: 0 });
  country.fitBounds(COUNTRY);
  ground(country, dots, L.canvas(), 0.8);
  islands(country, words);
  const frame = L.rectangle(map.getBounds(), { color: FRAME, weight: 2, fill: false, interactive: false }).addTo(country);
  map.on("moveend", () => frame.setBounds(map.getBounds()));
}

export function openMap(box) {
  const words = box.dataset;
  const map = L.map(box, { ...STILL, zoomControl: false, zoomSnap: 0.25, scrollWheelZoom: false, attributionControl: Boolean(words.tiles) });
  L.control.zoom({ zoomInTitle: words.zoomIn, zoomOutTitle: words.zoomOut }).addTo(map);
  map.fitBounds(COUNTRY);
  return map;
}

// Tiles only from the deployment's own server; the dots otherwise.
export function layGround(map, box, dots) {
  const words = box.dataset;
  if (words.tiles) L.tileLayer(words.tiles, { attribution: words.credit, maxZoom: 19 }).addTo(map);
  else ground(map, dots, L.canvas({ padding: 0.5 }), 1.5);
}

export function nameIslands(map, box, dots) {
  islands(map, box.dataset);
  wholeCountry(map, dots, box.dataset);
}

export function label(layer, ...lines) {
  const words = document.createElement("span");
  words.textContent = lines.filter(Boolean).join(" · ");
  return layer.bindTooltip(words);
}

export function wireLayers(layers, map) {
  const form = document.querySelector("[data-layers]");
  form.hidden = false;
  form.addEventListener("change", ({ target }) => {
    if (target.checked) layers[target.name].addTo(map);
    else layers[target.name].remove();
  });
}

export function wireLegend(map, showOwn) {
  const legend = document.querySelector("[data-legend]");
  legend.hidden = false;
  legend.querySelector("[data-country]").addEventListener("click", () => map.fitBounds(COUNTRY));
  legend.querySelector("[data-area]").addEventListener("click", showOwn);
}

export async function fetched(...addresses) {
  return Promise.all(addresses.map(async (from) => (await fetch(from)).json()));
}
