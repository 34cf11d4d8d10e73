// Reports that the office refused: the courier reads why, and hands them in for the supervisor. What
// was filled in, signed and photographed goes along; then the phone forgets it. The row that the
// phone signed of the act stays in its chain, here and at the office.

import { inStores } from "./courier-store.js";
import { forget, newKey, waiting } from "./courier-outbox.js";

const KINDS = { phat: "handed_over", "khong-phat": "failed", "chua-den": "left_out", goi: "called" };
const HAND_IN = "tra-lai";
const NOT_HANDED_IN = new Set(["_key", "csrf_token", "device_row", "code"]);

const clock = (at) => at.toLocaleString("vi-VN", {
  hour: "2-digit", minute: "2-digit", day: "2-digit", month: "2-digit", year: "numeric", hour12: false,
});
const parts = (act) => new URL(act.url).pathname.match(/\/diem\/([0-9a-f-]{36})\/([a-z-]+)$/) ?? [];

/** Why the office refused, from the page it answered with. */
export function wordsOf(page) {
  const answer = new DOMParser().parseFromString(page, "text/html");
  const said = answer.querySelectorAll("#errors li, main .lead");
  return [...said].map((one) => one.textContent.trim()).join(" ").slice(0, 1000);
}

/** The act as a report for the supervisor, in its place: one goes and the other is there. */
async function handIn(act) {
  const [, deliveryId, last] = parts(act);
  const row = act.fields.find(([name]) => name === "device_row");
  const key = newKey();
  const fields = [
    ["_key", key], ["csrf_token", ""], ["kind", KINDS[last]],
    ["made_at", new Date(act.at).toISOString()], ["words", act.words ?? ""], ["row", row ? row[1] : ""],
    ...act.fields
      .filter(([name, value]) => !NOT_HANDED_IN.has(name) && (value.size ?? value.length))
      .map(([name, value]) => [`act.${name}`, value]),
  ];
  const report = {
    key, url: new URL(`/buu-ta/diem/${deliveryId}/${HAND_IN}`, location.href).href, at: act.at, fields,
    name: act.name, staff: act.staff, from: last,
  };
  await inStores(["acts"], "readwrite", ({ acts }) => {
    acts.put(report);
    acts.delete(act.key);
  });
}

function shown(act, say, done) {
  const [, deliveryId, last] = parts(act);
  const isReport = last === HAND_IN; // the office does not take even that
  const row = document.createElement("li");
  const line = (tag, text) => row.append(Object.assign(document.createElement(tag), { textContent: text }));
  line("strong", act.name || say.door);
  const at = clock(new Date(act.at));
  const camel = (isReport ? act.from : last).replace(/-./, (two) => two[1].toUpperCase());
  line("p", `${say[camel]} · ${at}`);
  line("p", act.words || say.unknown);
  const link = !isReport && document.querySelector(`.stops a[href$="${deliveryId}"], [data-next="${deliveryId}"] .big a`);
  if (link) {
    const again = Object.assign(document.createElement("a"), { href: link.href, textContent: say.again });
    again.className = "button";
    row.append(again);
  }
  const button = Object.assign(document.createElement("button"), { type: "button" });
  button.textContent = isReport ? say.drop : say.handIn;
  button.addEventListener("click", async () => {
    button.disabled = true;
    await (isReport ? forget(act.key) : handIn(act));
    await done();
  });
  row.append(button);
  return row;
}

/** The list of one's own refused reports, or nothing; `done` is called when one was handed in. */
export async function showRefused(isOwn, done) {
  const box = document.getElementById("tra-lai");
  if (!box) return;
  const refused = (await waiting()).filter((act) => act.refused && isOwn(act));
  box.hidden = refused.length === 0;
  box.querySelector("ul").replaceChildren(...refused.map((act) => shown(act, box.dataset, done)));
}
