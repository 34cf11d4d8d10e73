// The phone's own stream: each act is a row, chained to the one before it and signed here. The key
// never leaves the phone; what it signs can be shown to anybody later (docs/devices.md).

import { inStores } from "./courier-store.js";

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256" };
const SIGNING = { name: "ECDSA", hash: "SHA-256" };
const LOCK = "courier-chain"; // two open pages never write two rows under one number
const IN_THE_CLEAR = new Set([
  "reason", "next_step", "no_fix_reason", "dwell_s", "who", "signature", "is_authority_seen",
  "papers_taken_back", "paid_vnd",
]);
const CODE = /^[A-Za-z0-9_:.-]{1,80}$/;
const NOT_DATA = new Set(["_key", "csrf_token"]);
const KINDS = {
  phat: "door.handed_over", "khong-phat": "door.failed", "chua-den": "door.left_out", goi: "door.called",
};
const utf8 = (text) => new TextEncoder().encode(text);
const base64 = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)));
const hex = (bytes) => Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
const sha256 = async (bytes) => hex(await crypto.subtle.digest("SHA-256", bytes));

/** By code point, as the server sorts; JavaScript's own order is by UTF-16 unit. */
function byCodePoint(one, other) {
  const [left, right] = [Array.from(one), Array.from(other)];
  const at = left.findIndex((letter, no) => letter !== right[no]);
  if (at < 0) return left.length - right.length;
  return at >= right.length ? 1 : left[at].codePointAt(0) - right[at].codePointAt(0);
}

/** The one byte form of a value, the same as postal_bridge/kernel/canonical.py makes. */
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value === "number" && !Number.isSafeInteger(value)) throw new TypeError("whole numbers only");
  if (typeof value === "string" && /\p{Surrogate}/u.test(value)) throw new TypeError("half a letter");
  if (value === null || typeof value !== "object") {
    const text = JSON.stringify(value);
    if (text === undefined) throw new TypeError("no canonical form");
    return text === "-0" ? "0" : text;
  }
  const members = Object.keys(value).sort(byCodePoint);
  return `{${members.map((name) => `${canonical(name)}:${canonical(value[name])}`).join(",")}}`;
}

const phone = (name) => inStores(["phone"], "readonly", ({ phone }) => phone.get(name));

/** The key of this phone and its last row's number; undefined where none was made. */
export const ownKey = () => phone("key");
export const head = () => phone("head");

async function bodyOf(act, deliveryId, salt) {
  const given = act.fields.filter(([name, value]) => !NOT_DATA.has(name) && (value.size ?? value.length));
  const texts = given.filter(([, value]) => typeof value === "string");
  const files = given.filter(([, value]) => typeof value !== "string");
  const [codes, digests] = [{}, {}];
  for (const [name, value] of [...texts, ...files]) {
    if (typeof value === "string" && IN_THE_CLEAR.has(name) && CODE.test(value)) {
      codes[name] = value;
      continue;
    }
    const content = typeof value === "string"
      ? utf8(value.replace(/\r\n|\r|\n/g, "\r\n")) // as a form sends it
      : new Uint8Array(await value.arrayBuffer());
    const before = utf8(`${salt}\n${name}\n`);
    const whole = new Uint8Array(before.length + content.length);
    whole.set(before);
    whole.set(content, before.length);
    digests[name in digests ? `${name}#2` : name] = await sha256(whole);
  }
  const key = act.fields.find(([name]) => name === "_key")[1];
  return { delivery_id: deliveryId, key, codes, digests };
}

/** A row after `last` ({seq, hash}), signed; with the form field that carries it. */
async function signed({ device, id, secret }, last, kind, staff, body, salt) {
  const row = {
    version: 1,
    stream: `device:${device}`,
    seq: last.seq + 1,
    kind,
    prev_hash: last.hash,
    occurred_at: new Date().toISOString().replace("Z", "000Z"),
    recorded_at: null,
    actor: { kind: "staff", id: staff, device_id: device },
    body,
  };
  const text = canonical(row);
  const signature = base64(await crypto.subtle.sign(SIGNING, secret, utf8(text)));
  const hash = await sha256(utf8(text));
  const field = ["device_row", JSON.stringify({ text, signature, key: id, salt })];
  return { kept: { hash, seq: row.seq, text, signature, key: id }, field };
}

const newSalt = () => hex(crypto.getRandomValues(new Uint8Array(16)));

/** The act is kept on the phone, with its row where the phone has a key; both or neither. */
export async function keepRecorded(act, staff) {
  const [, deliveryId, last] = new URL(act.url).pathname.match(/\/diem\/([0-9a-f-]{36})\/([a-z-]+)$/) ?? [];
  const kind = KINDS[last];
  const canSign = kind && staff && crypto.subtle && navigator.locks;
  if (!canSign || !(await ownKey())) return keepPlain(act);
  try {
    return await keepSigned(act, deliveryId, kind, staff);
  } catch (wrong) {
    console.warn("not recorded", wrong); // an act is worth more than its row: it goes without one
    return keepPlain(act);
  }
}

function keepSigned(act, deliveryId, kind, staff) {
  return navigator.locks.request(LOCK, async () => {
    const [key, before, salt] = [await ownKey(), await head(), newSalt()];
    const body = await bodyOf(act, deliveryId, salt);
    const { kept, field } = await signed(key, before, kind, staff, body, salt);
    const recorded = { ...act, fields: [...act.fields, field] };
    await inStores(["acts", "phone", "rows"], "readwrite", ({ acts, phone, rows }) => {
      acts.put(recorded);
      rows.put(kept);
      phone.put({ name: "head", seq: kept.seq, hash: kept.hash });
    });
    return recorded;
  });
}

async function keepPlain(act) {
  await inStores(["acts"], "readwrite", ({ acts }) => acts.put(act));
  return act;
}

/** A new key, and the form that enrols it as `device`; its first row names it. */
export async function newKey(device, last, staff) {
  const { privateKey, publicKey } = await crypto.subtle.generateKey(ALGORITHM, false, ["sign"]);
  const spki = await crypto.subtle.exportKey("spki", publicKey);
  const key = { name: "key", device, id: crypto.randomUUID(), secret: privateKey };
  const body = { key: await sha256(spki) };
  const { kept, field } = await signed(key, last, "device.enrolled", staff, body, newSalt());
  const fields = [["device_id", device], ["public_key", base64(spki)], field];
  const keep = () => navigator.locks.request(LOCK, () =>
    inStores(["phone", "rows"], "readwrite", ({ phone, rows }) => {
      phone.put(key);
      phone.put({ name: "head", seq: kept.seq, hash: kept.hash });
      rows.put(kept);
    }));
  return { fields, keep };
}
