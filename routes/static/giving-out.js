// Giving a result out at the counter: the signature pad, and only the fields that are needed.

import { preparePad, showParts } from "./signature-pad.js";

document.querySelectorAll("[data-pad]").forEach(preparePad);
for (const radio of document.querySelectorAll("[name=signature]")) {
  radio.form.addEventListener("change", () => showParts(radio.form));
  showParts(radio.form);
}
