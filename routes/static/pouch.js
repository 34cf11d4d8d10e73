// Scanning without leaving the field: a beep, the count, the next number. Without this module
// the same forms work by sending the page.

document.documentElement.classList.add('js');

let audio = null;

function beep(isGood) {
  try {
    audio = audio || new AudioContext();
    const tone = audio.createOscillator();
    const gain = audio.createGain();
    tone.frequency.value = isGood ? 1320 : 220;
    tone.type = isGood ? 'sine' : 'square';
    gain.gain.value = 0.15;
    tone.connect(gain).connect(audio.destination);
    tone.start();
    tone.stop(audio.currentTime + (isGood ? 0.09 : 0.4));
  } catch {
    // A machine without sound shows the same in the count and in the error.
  }
}

async function send(form) {
  const answer = await fetch(form.action, { method: 'POST', body: new FormData(form) });
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const main = page.getElementById('main');
  if (!main) { form.submit(); return; }
  document.getElementById('main').replaceChildren(...main.childNodes);
  beep(answer.ok);
  wire();
  const number = document.getElementById('f-number');
  if (number) { number.focus(); if (!answer.ok) number.select(); }
}

function plain(text) { return text.replace(/\s+/g, '').toUpperCase(); }

function wireTicking(form) {
  const field = form.querySelector('#tick');
  const strange = form.querySelector('[data-strange]');
  const boxes = [...form.querySelectorAll('input[name^="found."]')];
  field.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    const box = boxes.find((one) => one.value === plain(field.value));
    strange.textContent = box ? '' : `${strange.dataset.strange} ${field.value}`;
    if (box) box.checked = true;
    beep(Boolean(box));
    field.value = '';
  });
  field.focus();
}

function wire() {
  const scan = document.querySelector('form[data-scan]');
  if (scan) {
    scan.addEventListener('submit', (event) => {
      event.preventDefault();
      send(scan).catch(() => scan.submit());
    });
  }
  const tick = document.querySelector('form[data-tick]');
  if (tick) wireTicking(tick);
}

wire();
