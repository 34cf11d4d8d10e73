// The open page asks for the payment's status and shows what has become of it, without a reload.
// Account and note are copied.

const WAITS = ["created", "pending", "mismatch"];
const EVERY_MS = 4000;
const shown = () => document.getElementById("payment");

async function look() {
  if (document.hidden || !WAITS.includes(shown().dataset.status)) return;
  try {
    const answer = await fetch(shown().dataset.address);
    if (!answer.ok) return;
    const { status } = await answer.json();
    if (status === shown().dataset.status) return;
    const page = await fetch(location.href);
    if (!page.ok) return;
    const fresh = new DOMParser().parseFromString(await page.text(), "text/html");
    const now = fresh.getElementById("payment");
    if (now === null) return;
    shown().dataset.status = now.dataset.status;
    shown().replaceChildren(...now.childNodes);
    shown().querySelector("[role=status]").focus();
    offerCopies();
  } catch {
    // no signal: asked again in a few seconds
  }
}

function offerCopies() {
  if (!navigator.clipboard) return;
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
      button.textContent = button.dataset.done;
    });
  }
}

offerCopies();
if (WAITS.includes(shown().dataset.status)) setInterval(look, EVERY_MS);
