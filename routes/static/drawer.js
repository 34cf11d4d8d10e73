// Counting by notes: the sum of what was typed stands in the one field that is sent.

for (const form of document.querySelectorAll("form[data-notes]")) {
  const sum = form.querySelector("[name=counted_vnd]");
  form.addEventListener("input", (event) => {
    if (!event.target.dataset.note) return;
    let total = 0;
    for (const field of form.querySelectorAll("[data-note]")) total += Number(field.dataset.note) * (parseInt(field.value, 10) || 0);
    sum.value = total.toLocaleString(document.documentElement.lang);
  });
}
