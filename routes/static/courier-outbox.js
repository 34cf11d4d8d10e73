// Acts that have not reached the office yet. Kept on the phone until the office has answered.
// Each carries the key it was made with: sent twice it has one effect.

import { inStores } from "./courier-store.js";

const inActs = (mode, use) => inStores(["acts"], mode, ({ acts }) => use(acts));

export const keep = (act) => inActs("readwrite", (acts) => acts.put(act));
export const forget = (key) => inActs("readwrite", (acts) => acts.delete(key));
export const waiting = async () =>
  (await inActs("readonly", (acts) => acts.getAll())).sort((a, b) => a.at - b.at);

export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(18));
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_");
}

export function lastSent() {
  const at = Number(localStorage.getItem("courier-last-sent"));
  return at ? new Date(at) : null;
}

/** How far this phone's clock was ahead of the office's when last heard of, in seconds. */
export const clockAhead = () => Number(localStorage.getItem("courier-clock-ahead-s")) || 0;

export const phoneTime = () => ({ "Device-Time": new Date().toISOString() });

function noteClock(answer) {
  const theirs = Date.parse(answer.headers.get("Date") ?? "");
  if (theirs) localStorage.setItem("courier-clock-ahead-s", String(Math.round((Date.now() - theirs) / 1000)));
}

/** One act to the office: "sent", "refused" (with its page), "sign_in" or "away". */
export async function send(act, token) {
  const form = new FormData();
  for (const [name, value] of act.fields) form.append(name, name === "csrf_token" ? token : value);
  let answer;
  try {
    answer = await fetch(act.url, {
      method: "POST", body: form, credentials: "same-origin", headers: phoneTime(),
    });
  } catch {
    return { fate: "away" };
  }
  noteClock(answer);
  if (answer.status === 401 || new URL(answer.url).pathname === "/dang-nhap") return { fate: "sign_in" };
  if (answer.status === 400 || answer.status === 429 || answer.status >= 500) return { fate: "away" };
  localStorage.setItem("courier-last-sent", String(Date.now()));
  if (answer.ok) {
    await forget(act.key);
    return { fate: "sent", url: answer.url };
  }
  return { fate: "refused", page: await answer.text(), status: answer.status };
}
