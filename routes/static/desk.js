// The pack station turns its boxes green in turn; K goes to the result. The server checks anew.

function plain(text) { return text.replace(/\s+/g, '').toUpperCase(); }

function judge(box, isGood) {
  const verdict = box.querySelector('.verdict');
  box.classList.toggle('good', isGood === true);
  box.classList.toggle('bad', isGood === false);
  verdict.textContent = isGood === null ? '' : verdict.dataset[isGood ? 'good' : 'bad'];
}

function wirePack(form) {
  const rows = [...document.querySelectorAll('[data-triple]')];
  const boxes = [...form.querySelectorAll('.box')];
  const fields = boxes.map((box) => box.querySelector('input'));
  const known = {
    0: (row) => [plain(row.dataset.result), plain(row.dataset.other)],
    1: (row) => [plain(row.dataset.item)],
    2: (row) => [plain(row.dataset.address)],
  };
  const check = (index) => {
    const value = plain(fields[index].value);
    if (!value) { judge(boxes[index], null); return false; }
    const first = plain(fields[0].value);
    const row = rows.find((one) => known[0](one).includes(first));
    const isGood = Boolean(row) && known[index](row).includes(value);
    judge(boxes[index], isGood);
    return isGood;
  };
  fields.forEach((field, index) => {
    field.addEventListener('change', () => { check(index); });
    field.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter') return;
      const isGood = check(index);
      if (!isGood || index < 2) event.preventDefault();
      if (isGood && index < 2) fields[index + 1].focus();
      if (!isGood) field.select();
    });
    if (field.value) check(index);
  });
}

function wireResultKey(form) {
  document.addEventListener('keydown', (event) => {
    const isTyping = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
    if (isTyping || event.key.toLowerCase() !== 'k' || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    form.querySelector('input[name="number"]').focus();
  });
}

const pack = document.querySelector('form[data-pack]');
if (pack) wirePack(pack);
const result = document.querySelector('form[data-result]');
if (result) wireResultKey(result);
