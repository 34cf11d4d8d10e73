// Acts that have not reached the office yet. Kept on the phone until the office has answered.
// Each carries the key it was made with: sent twice it has one effect.

const NAME = "courier-acts";

function database() {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(NAME, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("acts", { keyPath: "key" });
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error);
  });
}

async function inStore(mode, use) {
  const db = await database();
  return new Promise((resolve, reject) => {
    const work = db.transaction("acts", mode);
    const asked = use(work.objectStore("acts"));
    work.oncomplete = () => resolve(asked && asked.result);
    work.onerror = () => reject(work.error);
  }).finally(() => db.close());
}

export const keep = (act) => inStore("readwrite", (acts) => acts.put(act));
export const forget = (key) => inStore("readwrite", (acts) => acts.delete(key));
export const waiting = async () =>
  (await inStore("readonly", (acts) => acts.getAll())).sort((a, b) => a.at - b.at);

export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(18));
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_");
}

export function lastSent() {
  const at = Number(localStorage.getItem("courier-last-sent"));
  return at ? new Date(at) : null;
}

/** One act to the office: "sent", "refused" (with its page), "sign_in" or "away". */
export async function send(act, token) {
  const form = new FormData();
  for (const [name, value] of act.fields) form.append(name, name === "csrf_token" ? token : value);
  let answer;
  try {
    answer = await fetch(act.url, { method: "POST", body: form, credentials: "same-origin" });
  } catch {
    return { fate: "away" };
  }
  if (answer.status === 401 || new URL(answer.url).pathname === "/dang-nhap") return { fate: "sign_in" };
  if (answer.status === 400 || answer.status === 429 || answer.status >= 500) return { fate: "away" };
  localStorage.setItem("courier-last-sent", String(Date.now()));
  if (answer.ok) {
    await forget(act.key);
    return { fate: "sent", url: answer.url };
  }
  return { fate: "refused", page: await answer.text(), status: answer.status };
}
