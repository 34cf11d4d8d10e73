// What a courier's phone adds to the plain pages: unsent acts are kept and sent again, the place
// is read, a signature is drawn, numbers are counted while they are scanned.

import { preparePad, showParts } from "./signature-pad.js";
import { showUnsentCash } from "./courier-cash.js";
import { keepRecorded, ownKey } from "./courier-chain.js";
import { clockAhead, forget, keep, lastSent, newKey, send, waiting } from "./courier-outbox.js";
import { showRefused, wordsOf } from "./courier-refused.js";

const line = document.getElementById("sync");
const say = line.dataset;
const CLOCK_MAY_DIFFER_S = 120;
let sending = false;

// On a shared phone each sends his own: under another's name the office would refuse it.
const isOwn = (act) => !act.staff || act.staff === say.staff;
const ownWaiting = async () => (await waiting()).filter(isOwn);
const csrf = () => document.querySelector("[name=csrf_token]").value;
const clock = (at) => at.toLocaleTimeString("vi-VN", { hour: "2-digit", minute: "2-digit", hour12: false });

async function showLine(note) {
  const kept = await waiting();
  const all = kept.filter(isOwn);
  const others = kept.length - all.length;
  const acts = all.filter((act) => !act.refused);
  const refused = all.length - acts.length;
  const last = lastSent();
  const parts = acts.length ? [say.some.replace("#", acts.length)] : refused ? [] : [say.none];
  if (others) parts.push(say.others.replace("#", others));
  if (last) parts.push(say.last.replace("#", clock(last)));
  if (!navigator.onLine) parts.push(say.offline);
  if (note === "sign_in") parts.push(say.signIn);
  if (Math.abs(clockAhead()) > CLOCK_MAY_DIFFER_S) parts.push(clockWrong(clockAhead()));
  line.textContent = parts.join(" · ");
  if (refused) line.prepend(refusedLink(refused), parts.length ? " · " : "");
  line.classList.toggle("waiting", all.length > 0);
  line.classList.toggle("sent", all.length === 0);
  showUnsentCash(all);
  await showRefused(isOwn, sendAll);
}

function refusedLink(count) {
  const link = document.createElement("a");
  link.href = "/buu-ta#tra-lai";
  link.textContent = say.refused.replace("#", count);
  return link;
}

function clockWrong(ahead) {
  const minutes = Math.round(Math.abs(ahead) / 60);
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return (ahead > 0 ? say.clockAhead : say.clockBehind).replace("#", hours).replace("*", rest);
}

async function sendAll() {
  if (sending) return;
  sending = true;
  let note = "";
  try {
    for (const act of await ownWaiting()) {
      if (act.refused) continue;
      const { fate, page } = await send(act, csrf());
      if (fate === "refused") await keep({ ...act, refused: true, words: wordsOf(page) });
      if (fate === "sign_in" || fate === "away") {
        note = fate;
        break; // the next try begins with the same act: order is kept
      }
    }
  } finally {
    sending = false;
    await showLine(note);
  }
}

async function smaller(file) {
  if (!(file instanceof File) || !file.size || !file.type.startsWith("image/")) return file;
  try {
    const picture = await createImageBitmap(file);
    const scale = Math.min(1, 1280 / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.8));
    return blob ? new File([blob], "picture.jpg", { type: "image/jpeg" }) : file;
  } catch {
    return file;
  }
}

async function submitAct(event) {
  event.preventDefault();
  const form = event.target;
  const button = event.submitter ?? form.querySelector("button");
  if (button) button.disabled = true;
  const fields = [];
  for (const [name, value] of new FormData(form, event.submitter)) fields.push([name, await smaller(value)]);
  const key = fields.find(([name]) => name === "_key")[1];
  const made = { key, url: form.action, at: Date.now(), fields, name: form.dataset.name, staff: say.staff };
  const act = await keepRecorded(made, say.staff);
  const { fate, url, page } = await send(act, csrf());
  if (fate === "sent") {
    location.assign(url);
  } else if (fate === "refused" && !replaceMain(page)) {
    await keep({ ...act, refused: true, words: wordsOf(page) }); // nothing there to put right
    location.assign("/buu-ta#tra-lai");
  } else if (fate === "refused") {
    await forget(key);
    await showLine();
  } else {
    await showLine(fate);
    form.replaceWith(kept());
    sessionStorage.setItem("courier-note", say.kept);
  }
}

function kept(words = say.kept) {
  const note = document.createElement("p");
  note.className = "notice";
  note.setAttribute("role", "status");
  note.textContent = words;
  return note;
}

/** A form that is not kept on the phone says so, instead of being lost on the way. */
function waitForSignal(event) {
  if (navigator.onLine) return;
  event.preventDefault();
  if (event.target.nextElementSibling?.className !== "notice") event.target.after(kept(say.needsSignal));
}

/** The form again with what is wrong; false where the office's answer holds no form. */
function replaceMain(page) {
  const fresh = new DOMParser().parseFromString(page, "text/html").getElementById("main");
  if (!fresh?.querySelector("form[data-act]")) return false;
  document.getElementById("main").replaceWith(document.importNode(fresh, true));
  prepare();
  (document.getElementById("errors") ?? document.getElementById("main")).focus();
  return true;
}

function readPlace(box) {
  const shown = box.querySelector(".fix");
  const field = (name) => box.querySelector(`[name="fix.${name}"]`);
  const show = (text, trying) => {
    shown.hidden = false;
    shown.classList.toggle("trying", trying);
    shown.textContent = text;
  };
  const got = (accuracy) => {
    show(box.dataset.got.replace("#", accuracy), false);
    box.querySelector(".no-fix").hidden = true;
  };
  if (field("lat").value) return got(field("accuracy_m").value);
  if (!navigator.geolocation) return;
  show(box.dataset.trying, true);
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      field("lat").value = coords.latitude.toFixed(6);
      field("lon").value = coords.longitude.toFixed(6);
      field("accuracy_m").value = Math.round(coords.accuracy);
      got(Math.round(coords.accuracy));
    },
    () => (shown.hidden = true),
    { enableHighAccuracy: true, timeout: 15000, maximumAge: 30000 },
  );
}

function countScans(form) {
  const list = form.querySelector("textarea");
  const digits = (text) => text.replace(/\D/g, "");
  const show = () => {
    const words = list.value.split(/[\n,;]+/).map((word) => word.replace(/\s/g, "").toUpperCase()).filter(Boolean);
    let seen = 0;
    const rows = form.querySelectorAll("[data-number]");
    for (const row of rows) {
      const own = row.dataset.number;
      const is = words.some((word) => word === own || (word.length === 5 && digits(own).endsWith(word)));
      row.classList.toggle("seen", is);
      seen += is;
    }
    const count = form.querySelector("[data-count]");
    if (count) count.textContent = count.dataset.count.replace("#", seen).replace("*", rows.length);
  };
  list.addEventListener("input", show);
  list.addEventListener("keydown", (event) => event.key === "Enter" && setTimeout(show));
  show();
}

function prepare() {
  for (const form of document.querySelectorAll("form[data-act]")) {
    form.querySelector("[name=_key]").value = newKey(); // a page from the phone's cache has an old one
    form.addEventListener("submit", submitAct);
  }
  for (const form of document.querySelectorAll("#main form[method=post]:not([data-act], [data-call])")) {
    form.addEventListener("submit", waitForSignal);
  }
  for (const form of document.querySelectorAll("form[data-since]")) {
    const since = Number(sessionStorage.getItem(form.dataset.since)) || Date.now();
    const dwell = form.querySelector("[name=dwell_s]");
    if (dwell) {
      const tick = () => (dwell.value = Math.round((Date.now() - since) / 1000));
      tick();
      setInterval(tick, 1000);
      dwell.readOnly = true;
    }
  }
  for (const form of document.querySelectorAll("form[data-call]")) {
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const key = newKey();
      form.querySelector("[name=_key]").value = key;
      const fields = [...new FormData(form)];
      const made = { key, url: form.action, at: Date.now(), fields, name: form.dataset.name, staff: say.staff };
      await keepRecorded(made, say.staff);
      sendAll();
      location.href = `tel:${form.dataset.call.replaceAll(" ", "")}`;
    });
  }
  document.querySelectorAll("[data-pad]").forEach(preparePad);
  for (const form of document.querySelectorAll("form:has([data-signatures])")) {
    form.addEventListener("change", () => showParts(form));
    showParts(form);
  }
  document.querySelectorAll("[data-where]").forEach(readPlace);
  document.querySelectorAll("form[data-scan]").forEach(countScans);
}

function prepareSunlight() {
  const button = document.getElementById("sun");
  const set = (on) => {
    document.body.classList.toggle("sunlight", on);
    button.setAttribute("aria-pressed", String(on));
    localStorage.setItem("courier-sun", on ? "1" : "");
  };
  button.hidden = false;
  button.addEventListener("click", () => set(!document.body.classList.contains("sunlight")));
  set(localStorage.getItem("courier-sun") === "1");
}

/** A stop whose report still waits on the phone says so, and the next one is offered. */
async function markKept() {
  const acts = (await ownWaiting()).filter((act) => !act.refused);
  const ids = new Set(acts.map((act) => act.url.match(/diem\/([0-9a-f-]{36})\/(phat|khong|chua)/)?.[1]));
  for (const link of document.querySelectorAll(".stops a")) {
    const id = link.href.slice(-36);
    if (!ids.has(id) || link.dataset.marked) continue;
    link.dataset.marked = "1";
    link.append(` · ${say.mark}`);
  }
  const card = document.querySelector("[data-next]");
  if (!card || !ids.has(card.dataset.next)) return;
  card.querySelector(".three-buttons").replaceWith(kept());
  const next = [...document.querySelectorAll(".stops .at-planned a")].find((link) => !link.dataset.marked);
  if (!next) return;
  const go = document.createElement("a");
  go.className = "button primary";
  go.href = next.href;
  go.textContent = say.nextDoor;
  card.append(go);
}

function noteArrival() {
  const here = location.pathname.match(/\/diem\/([0-9a-f-]{36})/);
  if (here && !sessionStorage.getItem(here[1])) sessionStorage.setItem(here[1], String(Date.now()));
}

/** Who works on a phone without a good key is told where to enrol it. */
async function tellUnsigned() {
  const note = document.getElementById("unsigned");
  if (!note) return;
  const key = await ownKey();
  note.hidden = Boolean(key && note.dataset.keys.split(" ").includes(key.id));
}

noteArrival();
prepareSunlight();
prepare();
markKept();
tellUnsigned();
sendAll();
addEventListener("online", sendAll);
addEventListener("offline", () => showLine());
setInterval(sendAll, 60000);
let isWarned = false;
document.getElementById("leave")?.addEventListener("submit", async (event) => {
  const form = event.target;
  if (isWarned) return void caches?.delete("courier-shell");
  event.preventDefault();
  isWarned = true;
  const unsent = (await ownWaiting()).length;
  if (!unsent) return form.requestSubmit();
  document.getElementById("leaving").hidden = false;
});
if ("serviceWorker" in navigator) {
  navigator.serviceWorker.register("/buu-ta/sw.js", { scope: "/buu-ta" }).then(async () => {
    const ready = await navigator.serviceWorker.ready;
    const pages = [...document.querySelectorAll('a[href^="/buu-ta"]')].map((link) => link.href);
    ready.active?.postMessage({ keep: pages.slice(0, 120) });
  }).catch(() => undefined);
}
