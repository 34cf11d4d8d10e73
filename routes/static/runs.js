// A page that waits for its plan asks every two seconds, and turns when the plan is there.

const line = document.getElementById("planning");

async function look() {
  try {
    const answer = await fetch(line.dataset.address);
    if (!answer.ok) return;
    const { state, asked_s: asked, is_queue_away: away } = await answer.json();
    line.textContent = line.dataset.words.replace("#", asked);
    const isShown = document.querySelector("aside .notice") !== null;
    if (state !== "asked" || (away && !isShown)) location.reload();
  } catch {
    // the network is away: asked again in two seconds
  }
}

if (line) setInterval(look, 2000);
