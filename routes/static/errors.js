// The list of what is wrong names each field by its label; without scripts its links lead there.
function name(list) {
  for (const link of list.querySelectorAll("a[href^='#f-']:not([data-named])")) {
    const id = link.hash.slice(1);
    const label = [...document.querySelectorAll("label[for]")].find((one) => one.htmlFor === id);
    const words = label?.firstChild?.textContent.trim();
    if (words) link.textContent = `${words}: ${link.textContent}`;
    link.dataset.named = "";
  }
}
const look = () => document.querySelectorAll("#errors").forEach(name);
look();
new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
