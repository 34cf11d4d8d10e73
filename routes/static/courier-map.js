// The stops of today on a plain map without tiles: our own points only, and nobody is asked.

const box = document.getElementById("map");
const map = L.map(box, { zoomSnap: 0.5, minZoom: 4, maxZoom: 18, attributionControl: false });
const colours = { planned: "#0b4a8f", done: "#14532d", failed: "#8f1d14", not_reached: "#5c4300" };

function draw(feature) {
  const [lon, lat] = feature.geometry.coordinates;
  const { kind, name, no, status, href, code } = feature.properties;
  if (kind === "sea") {
    const label = box.dataset[code.replace(/_(.)/g, (_, letter) => letter.toUpperCase())];
    L.circleMarker([lat, lon], { radius: 4, color: "#083766", fillOpacity: 1 })
      .bindTooltip(label, { permanent: true, direction: "left", className: "sea-name" })
      .addTo(map);
    return null;
  }
  const marker = L.circleMarker([lat, lon], { radius: 13, color: colours[status], fillOpacity: 0.85 }).addTo(map);
  marker.bindTooltip(String(no), { permanent: true, direction: "center", className: "stop-no" });
  const link = document.createElement("a");
  link.href = href;
  link.textContent = name;
  marker.bindPopup(link);
  return [lat, lon];
}

const answer = await fetch(box.dataset.places, { headers: { Accept: "application/json" } });
const { features } = await answer.json();
const doors = features.map(draw).filter(Boolean);
if (doors.length) map.fitBounds(doors, { padding: [30, 30], maxZoom: 15 });
else map.setView([16, 108], 5);
