// What a courier has taken at doors and this phone has not yet told the office: without signal the
// page's own figure is old, and the limit is passed all the same.

const dong = (amount) => `${String(amount).replace(/\B(?=(\d{3})+$)/g, ".")}\u00a0đ`;

const takenIn = (act) =>
  act.fields.reduce((sum, [name, value]) => sum + (name === "paid_vnd" ? Number(value) || 0 : 0), 0);

/** Beside what the office knew: what waits on the phone, and whether both are too much. */
export function showUnsentCash(acts) {
  const unsent = acts.filter((act) => !act.refused).reduce((sum, act) => sum + takenIn(act), 0);
  for (const line of document.querySelectorAll("[data-held]")) {
    const { held, limit, unsent: words, over } = line.dataset;
    line.parentElement.querySelectorAll(".unsent-cash").forEach((note) => note.remove());
    if (unsent) line.after(note("note", words.replace("#", dong(unsent))));
    if (unsent && Number(held) + unsent > Number(limit)) line.before(note("notice", over));
  }
}

function note(kind, words) {
  const made = document.createElement("p");
  made.className = `${kind} unsent-cash`;
  made.setAttribute("role", "status");
  made.textContent = words;
  return made;
}
