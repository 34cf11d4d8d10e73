// A box to sign in with a finger or a mouse; what is drawn stands in a hidden field as PNG.

export function preparePad(pad) {
  const canvas = pad.querySelector("canvas");
  const kept = pad.querySelector("input[type=hidden]");
  const pen = canvas.getContext("2d");
  canvas.hidden = pad.querySelector(".pad-tools").hidden = false;
  pad.querySelector("input[type=file]").hidden = true;
  pen.lineWidth = 4;
  pen.lineCap = "round";
  if (kept.value) {
    const before = new Image();
    before.onload = () => pen.drawImage(before, 0, 0);
    before.src = kept.value;
  }
  const at = (event) => {
    const box = canvas.getBoundingClientRect();
    return [((event.clientX - box.left) * canvas.width) / box.width, ((event.clientY - box.top) * canvas.height) / box.height];
  };
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    pen.beginPath();
    pen.moveTo(...at(event));
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!canvas.hasPointerCapture(event.pointerId)) return;
    pen.lineTo(...at(event));
    pen.stroke();
  });
  canvas.addEventListener("pointerup", () => (kept.value = canvas.toDataURL("image/png")));
  pad.querySelector("button").addEventListener("click", () => {
    pen.clearRect(0, 0, canvas.width, canvas.height);
    kept.value = "";
  });
}

/** Only what the chosen form of signature needs is shown. */
export function showParts(form) {
  const chosen = form.querySelector("[name=signature]:checked")?.value;
  for (const part of form.querySelectorAll("[data-for]")) part.hidden = !part.dataset.for.split(" ").includes(chosen);
  const mark = form.querySelector("[data-pad=mark]");
  const isPrint = chosen === "fingerprint"; // an ink print is photographed, not drawn
  for (const part of mark.querySelectorAll("canvas, .pad-tools")) part.hidden = isPrint;
  mark.querySelector("input[type=file]").hidden = !isPrint;
  if (isPrint) mark.querySelector("input[type=hidden]").value = "";
  const other = form.querySelector("[data-others]");
  const who = form.querySelector("[name=who]:checked")?.value ?? "";
  if (other) other.hidden = who.startsWith("owner:");
}
