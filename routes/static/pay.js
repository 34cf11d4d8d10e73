// The open page asks for the payment's status and turns by itself. Account and note are copied.

const state = document.getElementById("state");
const WAITS = ["created", "pending"];
const EVERY_MS = 4000;

async function look() {
  if (document.hidden) return;
  try {
    const answer = await fetch(state.dataset.address);
    if (!answer.ok) return;
    const { status } = await answer.json();
    if (status !== state.dataset.status) location.reload();
  } catch {
    // no signal: asked again in a few seconds
  }
}

if (WAITS.includes(state.dataset.status)) setInterval(look, EVERY_MS);

for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    button.textContent = button.dataset.done;
  });
}
