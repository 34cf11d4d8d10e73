// Which of the office's phones this is: it makes its own key here and the office learns the public
// half.

import { head, newKey, ownKey } from "./courier-chain.js";
import { phoneTime, waiting } from "./courier-outbox.js";

const box = document.getElementById("phone");
const say = box.dataset;
const line = document.getElementById("phone-state");
const form = document.getElementById("enrol");

async function show() {
  const canSign = crypto.subtle && navigator.locks;
  if (!canSign) return void (line.textContent = say.cannot);
  const key = await ownKey();
  const own = key && form.querySelector(`[data-key="${key.id}"]`);
  form.hidden = Boolean(own); // a phone that signs well is not enrolled twice by mistake
  if (!key) line.textContent = say.none;
  else if (!own) line.textContent = say.ended;
  else line.textContent = say.active.replace("#", own.dataset.label).replace("*", (await head()).seq);
  line.classList.toggle("done", Boolean(own));
  line.classList.toggle("notice", !own);
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const chosen = form.querySelector("[name=device_id]:checked");
  if (!chosen) return;
  if ((await waiting()).length) {
    line.className = "notice";
    return void (line.textContent = say.unsent); // rows of the old key would contradict the new one's
  }
  const button = form.querySelector("button");
  button.disabled = true;
  const last = { seq: Number(chosen.dataset.seq), hash: chosen.dataset.head };
  const { fields, keep } = await newKey(chosen.value, last, say.staff);
  const sent = new FormData();
  for (const name of ["_key", "csrf_token"]) sent.append(name, form.querySelector(`[name=${name}]`).value);
  for (const [name, value] of fields) sent.append(name, value);
  try {
    const answer = await fetch(form.action, { method: "POST", body: sent, headers: phoneTime() });
    if (answer.ok) {
      await keep();
      return location.reload();
    }
    line.textContent = say.refused;
  } catch {
    line.textContent = say.away;
  }
  line.className = "notice";
  button.disabled = false;
});

show();
