// The map of the day: our own points and lines on dots of communes; no tiles from anywhere.
const holder = document.querySelector("[data-map]");
const HOANG_SA = [16.5, 112.0];
const TRUONG_SA = [9.7, 114.4];
const COUNTRY = [[7.6, 102.0], [23.5, 118.4]];
const COLOURS = { point: "#0b4a8f", section: "#7a4a00", pouch: "#4a525c", run: "#1d7a3a" };

function ground(map, dots) {
  const canvas = L.canvas({ padding: 0.5 });
  for (const place of dots) {
    L.circleMarker(place, { renderer: canvas, radius: 1.5, stroke: false, fillColor: "#8fa3b8", fillOpacity: 0.9, interactive: false }).addTo(map);
  }
  for (const [place, name] of [[HOANG_SA, holder.dataset.hoangSa], [TRUONG_SA, holder.dataset.truongSa]]) {
    L.circleMarker(place, { radius: 4, color: "#083766", fillOpacity: 1, interactive: false })
      .bindTooltip(name, { permanent: true, direction: "bottom", className: "island" }).addTo(map);
  }
}

function shape(feature, place) {
  const isSection = feature.properties.kind === "section";
  return L.circleMarker(place, { radius: isSection ? 5 : 8, color: "#fff", weight: 2, fillColor: COLOURS[feature.properties.kind], fillOpacity: 1 });
}

function line(feature) {
  if (feature.geometry.type !== "LineString") return {};
  const isRun = feature.properties.kind === "run";
  return { color: COLOURS[feature.properties.kind], weight: 3, dashArray: isRun ? null : "6 6" };
}

function say(feature, layer) {
  const words = document.createElement("span");
  words.textContent = [feature.properties.name, feature.properties.detail].filter(Boolean).join(" · ");
  layer.bindTooltip(words);
}

async function draw() {
  const [day, dots] = await Promise.all([holder.dataset.map, holder.dataset.ground].map(async (from) => (await fetch(from)).json()));
  const still = { zoomAnimation: false, fadeAnimation: false, markerZoomAnimation: false, attributionControl: false };
  const near = L.map(holder.querySelector("[data-near]"), { ...still, zoomControl: false, zoomSnap: 0.25, scrollWheelZoom: false });
  L.control.zoom({ zoomInTitle: holder.dataset.zoomIn, zoomOutTitle: holder.dataset.zoomOut }).addTo(near);
  near.fitBounds(COUNTRY);
  ground(near, dots);
  const layer = L.geoJSON(day, { pointToLayer: shape, style: line, onEachFeature: say }).addTo(near);
  if (day.features.length) near.fitBounds(layer.getBounds().pad(0.2), { maxZoom: 12 });
  const country = L.map(holder.querySelector("[data-country]"), { ...still, zoomControl: false, dragging: false, keyboard: false, touchZoom: false, doubleClickZoom: false, boxZoom: false, scrollWheelZoom: false, zoomSnap: 0 });
  country.fitBounds(COUNTRY);
  ground(country, dots);
  L.geoJSON(day, { pointToLayer: (feature, place) => L.circleMarker(place, { radius: 4, stroke: false, fillColor: COLOURS.point, fillOpacity: 1, interactive: false }), filter: (feature) => feature.properties.kind === "point" }).addTo(country);
  holder.dataset.drawn = "yes";
}

if (holder) draw();
