// Keeps the counter's form safe while it is typed, refreshes the slip, and gives the keys.
const form = document.getElementById("counter-form");
const slip = document.getElementById("slip");
document.body.classList.add("scripted");

let pending = 0;
let dirty = false;

function body() {
  const data = new FormData(form);
  for (const [name, value] of [...data.entries()]) if (value instanceof File) data.delete(name);
  data.delete("signature.image_data");
  return data;
}

async function save() {
  dirty = false;
  const answer = await fetch(form.dataset.save, {
    method: "POST", body: body(), headers: { "X-Requested-With": "fetch" },
  });
  if (answer.ok) slip.innerHTML = await answer.text();
  else dirty = true;
}

function later() {
  dirty = true;
  clearTimeout(pending);
  pending = setTimeout(() => save().catch(() => { dirty = true; }), 500);
}

form.addEventListener("input", (event) => { if (event.target.type !== "file") later(); });
form.addEventListener("change", async (event) => {
  if (event.target.matches("[data-reload]")) {
    clearTimeout(pending);
    await save();
    location.reload();
  }
});
document.addEventListener("visibilitychange", () => {
  if (document.hidden && dirty) navigator.sendBeacon(form.dataset.save, body());
});

// Enter goes to the next field; only the button accepts.
form.addEventListener("keydown", (event) => {
  const at = event.target;
  if (event.key !== "Enter" || at.tagName === "BUTTON" || at.tagName === "SUMMARY") return;
  event.preventDefault();
  const fields = [...form.querySelectorAll("input:not([type=hidden]), select, button[data-accept]")]
    .filter((field) => field.offsetParent !== null);
  fields[fields.indexOf(at) + 1]?.focus();
});

function focus(selector) {
  const found = form.querySelector(selector);
  if (found) { found.focus(); found.scrollIntoView({ block: "center" }); }
}
document.addEventListener("keydown", (event) => {
  const act = {
    F2: () => focus("#f-offer"),
    F8: () => focus("input[type=file]"),
    F9: () => focus("[name=amount_vnd]"),
    F10: () => form.querySelector("[data-accept]").click(),
  }[event.key];
  if (act) { event.preventDefault(); act(); }
});

// 1 to 6 tally the paper in whose row the cursor stands, and take over the published counts.
form.addEventListener("keydown", (event) => {
  const row = event.target.closest("[data-paper]");
  if (!row || event.target.tagName !== "SELECT" || !/^[1-6]$/.test(event.key)) return;
  event.preventDefault();
  event.target.selectedIndex = Number(event.key);
  event.target.dispatchEvent(new Event("change", { bubbles: true }));
});
form.addEventListener("change", (event) => {
  const row = event.target.closest("[data-paper]");
  if (!row || event.target.tagName !== "SELECT") return;
  const originals = row.querySelector("[name$='.originals']");
  const copies = row.querySelector("[name$='.copies']");
  const kind = event.target.value;
  const asOriginal = kind === "original_kept" || kind === "original_seen";
  const count = Number(originals.dataset.default) || Number(copies.dataset.default) || 1;
  originals.value = asOriginal ? count : "";
  copies.value = kind === "certified_copy" || kind === "photocopy" ? count : "";
  later();
});

// Communes: a list while typing; the server decides.
const list = document.getElementById("communes");
form.addEventListener("input", async (event) => {
  if (!event.target.matches("[data-commune]") || event.target.value.length < 2) return;
  const answer = await fetch(`${form.dataset.communes}?q=${encodeURIComponent(event.target.value)}`);
  if (!answer.ok) return;
  list.replaceChildren(...(await answer.json()).map((unit) => new Option(unit.label, unit.label)));
});

// The signature pad: mouse, finger or pen.
const pad = form.querySelector(".pad");
if (pad) {
  pad.hidden = false;
  const canvas = pad.querySelector("canvas");
  const ink = canvas.getContext("2d");
  const target = form.querySelector("[name='signature.image_data']");
  let drawing = false;
  ink.lineWidth = 2.5;
  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    return [(event.clientX - box.left) * canvas.width / box.width, (event.clientY - box.top) * canvas.height / box.height];
  };
  canvas.addEventListener("pointerdown", (event) => { drawing = true; ink.beginPath(); ink.moveTo(...place(event)); canvas.setPointerCapture(event.pointerId); });
  canvas.addEventListener("pointermove", (event) => { if (drawing) { ink.lineTo(...place(event)); ink.stroke(); } });
  canvas.addEventListener("pointerup", () => { drawing = false; target.value = canvas.toDataURL("image/png"); });
  pad.querySelector("[data-clear]").addEventListener("click", () => { ink.clearRect(0, 0, canvas.width, canvas.height); target.value = ""; });
}
