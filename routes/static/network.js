// The network on a plain map: our own points on dots of communes; tiles only from the deployment's own server.
const box = document.querySelector("[data-network]");
const words = box.dataset;
const COUNTRY = [[7.6, 102.0], [23.5, 118.4]];
const ISLANDS = [[[16.5, 112.0], words.hoangSa], [[9.7, 114.4], words.truongSa]];
const COLOURS = { point: "#0b4a8f", section: "#7a4a00", link: "#4a525c" };
const STILL = { zoomAnimation: false, fadeAnimation: false, markerZoomAnimation: false };

const map = L.map(box, { ...STILL, zoomControl: false, zoomSnap: 0.25, scrollWheelZoom: false, attributionControl: Boolean(words.tiles) });
L.control.zoom({ zoomInTitle: words.zoomIn, zoomOutTitle: words.zoomOut }).addTo(map);
map.fitBounds(COUNTRY);
const canvas = L.canvas({ padding: 0.5 });
const layers = { link: L.layerGroup().addTo(map), section: L.layerGroup().addTo(map), point: L.layerGroup().addTo(map) };
const spots = new Map();

function ground(map, dots, renderer, radius) {
  for (const place of dots) {
    L.circleMarker(place, { renderer, radius, stroke: false, fillColor: "#8fa3b8", fillOpacity: 0.9, interactive: false }).addTo(map);
  }
}

function islands(map) {
  for (const [place, name] of ISLANDS) {
    L.circleMarker(place, { radius: 4, color: "#083766", fillOpacity: 1, interactive: false })
      .bindTooltip(name, { permanent: true, direction: "bottom", className: "island" }).addTo(map);
  }
}

// Whatever part of the country the map shows, both archipelagos are in sight beside it.
function wholeCountry(dots) {
  const holder = document.querySelector("[data-inset]");
  holder.hidden = false;
  const country = L.map(holder, { ...STILL, zoomControl: false, attributionControl: false, dragging: false, keyboard: false, touchZoom: false, doubleClickZoom: false, boxZoom: false, scrollWheelZoom: false, zoomSnap: 0 });
  country.fitBounds(COUNTRY);
  ground(country, dots, L.canvas(), 0.8);
  islands(country);
  const frame = L.rectangle(map.getBounds(), { color: COLOURS.point, weight: 2, fill: false, interactive: false }).addTo(country);
  map.on("moveend", () => frame.setBounds(map.getBounds()));
}

function label(layer, ...lines) {
  const words = document.createElement("span");
  words.textContent = lines.filter(Boolean).join(" · ");
  return layer.bindTooltip(words);
}

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

function wire() {
  const form = document.querySelector("[data-layers]");
  form.hidden = false;
  form.addEventListener("change", ({ target }) => {
    if (target.checked) layers[target.name].addTo(map);
    else layers[target.name].remove();
  });
  const legend = document.querySelector("[data-legend]");
  legend.hidden = false;
  legend.querySelector("[data-country]").addEventListener("click", () => map.fitBounds(COUNTRY));
  legend.querySelector("[data-area]").addEventListener("click", ownArea);
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

const [network, dots] = await Promise.all([words.network, words.ground].map(async (from) => (await fetch(from)).json()));
if (words.tiles) L.tileLayer(words.tiles, { attribution: words.credit, maxZoom: 19 }).addTo(map);
else ground(map, dots, canvas, 1.5);
network.features.forEach(draw);
islands(map);
wholeCountry(dots);
wire();
ownArea();
box.dataset.drawn = "yes";
