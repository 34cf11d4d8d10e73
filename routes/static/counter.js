// Keeps the counter's form safe while it is typed, refreshes what depends on it, gives the keys.
// Listeners stand on the document, because parts of the form are replaced while it is used.
const $ = (selector, within = document) => within.querySelector(selector);
const byId = (id, within = document) => within.getElementById(id);
const form = () => byId("counter-form");
document.body.classList.add("scripted");

let pending = 0;       // timer of the next save
let dirty = false;     // something was typed that the server has not got
let stale = false;     // the procedure or service form changed: the rest is drawn anew
let sending = false;   // the dossier is on its way: Enter pressed again changes nothing
let saving = Promise.resolve();

function typed() {
  const data = new FormData(form());
  for (const [name, value] of [...data.entries()]) if (value instanceof File) data.delete(name);
  data.delete("signature.image_data");
  return data;
}

function tell(sentence) {
  const line = byId("unsaved");
  line.hidden = !sentence;
  line.textContent = sentence;
  byId("sign-in-again").hidden = sentence !== form().dataset.signedOut;
}

function reason(status) {
  if (status === 409) return form().dataset.closed;
  return isSignedOut(status) ? form().dataset.signedOut : form().dataset.unsaved;
}

// After signing in again in another tab the form's token is renewed: nothing needs a reload.
const isSignedOut = (status) => status === 400 || status === 401;
async function renewed() {
  const answer = await fetch(location.pathname);
  if (!answer.ok || answer.redirected) return false;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const token = $("#counter-form [name=csrf_token]", fresh)?.value;
  if (token) for (const one of document.querySelectorAll("[name=csrf_token]")) one.value = token;
  return Boolean(token);
}
async function send(address, body, headers) {
  const answer = await fetch(address, { method: "POST", body: body(), headers });
  const again = isSignedOut(answer.status) && await renewed();
  return again ? fetch(address, { method: "POST", body: body(), headers }) : answer;
}

async function save() {
  dirty = false;
  const isStale = stale;
  stale = false;
  try {
    const answer = await send(form().dataset.save, typed, { "X-Requested-With": "fetch" });
    tell(answer.ok ? "" : reason(answer.status));
    if (!answer.ok) {
      dirty = answer.status !== 409;
      if (isSignedOut(answer.status)) later(5000);
      return;
    }
    show(await answer.text());
    if (isStale && !dirty) await redraw();
  } catch {
    dirty = true;
    stale ||= isStale;
    tell(form().dataset.unsaved);
    later(5000);
  }
}

function later(wait = 500) {
  clearTimeout(pending);
  pending = setTimeout(() => { saving = saving.then(save); }, wait);
}

function changed() { dirty = true; later(); }

// Each part takes the place of the one with its id, unless the cursor stands in it.
function show(html) {
  const fresh = new DOMParser().parseFromString(html, "text/html");
  for (const part of fresh.querySelectorAll("body > [id]")) {
    const old = byId(part.id);
    if (old && !old.contains(document.activeElement) && old.innerHTML !== part.innerHTML) {
      const isOpen = $("details[open]", old);
      old.innerHTML = part.innerHTML;
      if (isOpen && $("details", old)) $("details", old).open = true;
    }
  }
}

async function redraw() {
  const answer = await fetch(location.pathname + location.search);
  if (!answer.ok || answer.redirected) { location.reload(); return; }
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (!dirty) put(fresh, ["rest", "slip"]);
}

// Chosen files and the signature cannot be sent back by a server: they are moved over.
function put(fresh, ids) {
  const held = [...form().querySelectorAll("input[type=file]")].filter((one) => one.files.length);
  const focused = document.activeElement.id;
  const pad = $("canvas"), ink = $("[name='signature.image_data']");
  for (const id of ids) byId(id).innerHTML = byId(id, fresh).innerHTML;
  for (const one of held) byId(one.id)?.replaceWith(one);
  if (ink?.value && $("canvas")) { $("canvas").replaceWith(pad); $("[name='signature.image_data']").replaceWith(ink); }
  byId(focused)?.focus();
}

document.addEventListener("input", (event) => {
  if (event.target.form === form() && event.target.name && event.target.type !== "file") changed();
});
document.addEventListener("change", (event) => {
  if (event.target.matches("#f-offer, #f-service_form")) { stale = true; changed(); }
});
document.addEventListener("visibilitychange", () => {
  if (document.hidden && dirty && !sending) navigator.sendBeacon(form().dataset.save, typed());
});

// Accepting stays on this page until the server has said yes: nothing typed or scanned is lost.
document.addEventListener("submit", async (event) => {
  clearTimeout(pending);
  if (!event.submitter?.matches("[data-accept]")) { dirty = false; return; }
  event.preventDefault();
  if (sending) return;
  sending = true;
  try {
    await saving;
    const answer = await send(form().action, () => new FormData(form()));
    if (answer.redirected) { dirty = false; location.assign(answer.url); return; }
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!byId("top-errors", fresh)) { tell(reason(answer.status)); sending = false; return; }
    put(fresh, ["top-errors", "rest", "slip"]);
    tell("");
    byId("errors")?.focus();
  } catch {
    tell(form().dataset.unsent);
  }
  sending = false;
});

// Enter goes to the next field, from a tally to the next paper; only the button accepts.
function stops() {
  return [...form().querySelectorAll("input:not([type=hidden]):not([type=file]), select, button[data-accept]")]
    .filter((one) => one.offsetParent !== null && !one.disabled && !one.closest("details:not([open])"));
}
function next(from, step) {
  const all = stops();
  let at = all.indexOf(from) + step;
  if (from.matches("[data-tally]") && step > 0) {
    while (all[at]?.closest("[data-paper]") && !all[at].matches("[data-tally]")) at += 1;
  }
  if (all[at]) go(all[at]);
}
function go(field) {
  field.focus();
  if (field.select && field.type !== "checkbox" && field.type !== "radio") field.select();
  field.scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", (event) => {
  const at = event.target;
  const wrong = $("[aria-invalid]");
  if (event.key === "Enter" && at.id === "errors" && wrong) { event.preventDefault(); go(wrong); return; }
  if (event.key !== "Enter" || at.form !== form() || at.tagName === "BUTTON" || at.type === "file") return;
  event.preventDefault();
  if (at.id === "find-offer") { go(byId("f-offer")); return; }
  next(at, event.shiftKey ? -1 : 1);
});

function scan() {
  const row = document.activeElement.closest?.("[data-paper]");
  const files = [...form().querySelectorAll("input[type=file]")];
  const one = row ? $("input[type=file]", row) : files.find((file) => !file.files.length) ?? files[0];
  one?.click();  // the cursor stays in the row, so that Enter goes on from there
}
function money() {
  const amount = byId("f-amount_vnd");
  if (!amount) return;
  if (document.activeElement === amount) take(); else go(amount);
}
function take() {
  const amount = byId("f-amount_vnd");
  amount.value = $("[data-take]")?.dataset.take.replace(/[^\d.,]/g, "") ?? "";
  go(amount);
  changed();
}
const KEYS = {
  F2: () => go(byId("find-offer")),
  F8: scan,
  F9: money,
  F10: () => $("[data-accept]").click(),
};
document.addEventListener("keydown", (event) => {
  const act = KEYS[event.key];
  if (!act || event.ctrlKey || event.altKey || event.shiftKey) return;
  event.preventDefault();
  if (!event.repeat) act();
});
document.addEventListener("click", (event) => { if (event.target.closest("[data-take]")) take(); });

// 1 to 6 tally the paper where the cursor stands, 0 says that it is not there. + says that it is
// there as the list asks, and goes to the next: one key for each paper that was looked at.
document.addEventListener("keydown", (event) => {
  const tally = event.target;
  if (!tally.matches("[data-tally]") || !/^[0-6+]$/.test(event.key)) return;
  event.preventDefault();
  if (event.key === "+") tally.value = tally.dataset.asked;
  else tally.selectedIndex = Number(event.key);
  count(tally);
  changed();
  if (event.key === "+") next(tally, 1);
});
document.addEventListener("change", (event) => { if (event.target.matches("[data-tally]")) count(event.target); });
function count(tally) {
  const row = tally.closest("[data-paper]");
  const originals = $("[name$='.originals']", row), copies = $("[name$='.copies']", row);
  const isOriginal = ["original_kept", "original_seen"].includes(tally.value);
  const isCopy = ["certified_copy", "photocopy"].includes(tally.value);
  const asked = (one, other) => Number(one.dataset.count) || Number(other.dataset.count) || 1;
  row.classList.toggle("uncounted", !tally.value);
  originals.value = isOriginal ? asked(originals, copies) : "";
  copies.value = isCopy ? asked(copies, originals) : "";
}

// Find a procedure by some of its words in either language, with or without diacritics; arrows go
// among those that fit. Where at last none fits, the one that stood before the search stands again:
// half a word may have fitted another.
const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/gi, "d").toLowerCase();
const fitting = () => [...byId("f-offer").options].filter((one) => one.value && !one.hidden);
function choose(option) {
  if (!option || option.selected) return;
  option.selected = true;
  stale = true;
  changed();
}
let before = "";
document.addEventListener("focusin", (event) => {
  if (event.target.id === "find-offer") before = byId("f-offer").value;
});
document.addEventListener("input", (event) => {
  if (event.target.id !== "find-offer") return;
  const words = fold(event.target.value).split(/\s+/).filter(Boolean);
  const fits = (one) => words.every((word) => fold(`${one.text} ${one.dataset.also} ${one.dataset.code}`).includes(word));
  for (const one of byId("f-offer").options) one.hidden = Boolean(one.value) && !fits(one);
  const found = fitting(), line = byId("found-offers");
  line.textContent = !words.length || found.length === 1 ? ""
    : found.length ? line.dataset.many.replace("#", found.length) : line.dataset.none;
  if (words.length) choose(found[0] ?? [...byId("f-offer").options].find((one) => one.value === before));
});
document.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (event.target.id !== "find-offer" || !step) return;
  event.preventDefault();
  const found = fitting();
  choose(found[found.indexOf(byId("f-offer").selectedOptions[0]) + step]);
});

// Communes: a list while typing; the server decides.
let asked = "";
document.addEventListener("input", async (event) => {
  if (!event.target.matches("[data-commune]") || event.target.value.length < 2) return;
  const text = asked = event.target.value;
  const answer = await fetch(`${form().dataset.communes}?q=${encodeURIComponent(text)}`).catch(() => null);
  if (!answer?.ok || text !== asked) return;
  const found = await answer.json();
  byId("communes").replaceChildren(...found.map((unit) => new Option(unit.label, unit.label)));
});

// The signature pad: mouse, finger or pen.
let ink = null;
function point(event) {
  const pad = event.target, box = pad.getBoundingClientRect();
  return [(event.clientX - box.left) * pad.width / box.width, (event.clientY - box.top) * pad.height / box.height];
}
document.addEventListener("pointerdown", (event) => {
  if (!event.target.matches(".pad canvas")) return;
  ink = event.target.getContext("2d");
  ink.lineWidth = 2.5;
  ink.beginPath();
  ink.moveTo(...point(event));
  event.target.setPointerCapture(event.pointerId);
});
document.addEventListener("pointermove", (event) => {
  if (ink && event.target === ink.canvas) { ink.lineTo(...point(event)); ink.stroke(); }
});
document.addEventListener("pointerup", () => {
  if (ink) $("[name='signature.image_data']").value = ink.canvas.toDataURL("image/png");
  ink = null;
});
document.addEventListener("click", (event) => {
  if (!event.target.matches("[data-clear]")) return;
  const pad = $(".pad canvas");
  pad.getContext("2d").clearRect(0, 0, pad.width, pad.height);
  $("[name='signature.image_data']").value = "";
});

// A new number begins with its procedure: the cursor stands there already.
if (!byId("f-papers") && document.activeElement === document.body) byId("find-offer")?.focus();
