// The page of the policy playground: texts in, the laboratory's answer out. It calls the WebAssembly beside it, and nothing else.

const byId = id => document.getElementById(id);
const [policy, history, on] = ['policy', 'history', 'on'].map(byId);

const EXAMPLE = {
  policy: `id = "example-measles"
version = 1
title = "Two doses against measles"
source = "Made up for this page"
checked_on = 2026-11-28

[[series]]
name = "Two doses"
products = ["antigen:measles"]
doses = [
  { minimum_age = "12 months", grace = "4 days" },
  { minimum_interval = "28 days" },
]
`,
  history: `{
  "id": "example",
  "birth_date": "2024-01-10",
  "doses": [
    { "product": "MMR", "given_on": "2025-01-08" },
    { "product": "MMR", "given_on": "2025-01-20" }
  ]
}
`,
  on: new Date().toISOString().slice(0, 10),
};

const { instance } = await WebAssembly.instantiateStreaming(fetch('kycvs_playground.wasm'));
const { put, run, get } = instance.exports;

function ask(question) {
  new TextEncoder().encode(JSON.stringify(question)).forEach(byte => put(byte));
  const answer = new Uint8Array(run());
  answer.forEach((_, index) => { answer[index] = get(index); });
  return JSON.parse(new TextDecoder().decode(answer));
}

function element(name, text, kind = '') {
  const made = document.createElement(name);
  made.textContent = text;
  made.className = kind;
  return made;
}

function list(title, lines, kind) {
  if (lines.length === 0) return [];
  const items = document.createElement('ul');
  items.append(...lines.map(line => element('li', line, kind)));
  return [element('h2', title), items];
}

const STATUS = ['0: not vaccinated', '1: partially vaccinated', '2: fully vaccinated'];

function show() {
  const answer = ask({ policy: policy.value, history: history.value, on: on.value });
  const placed = ({ line, column, text }) => `line ${line}, column ${column}: ${text}`;
  const parts = [];
  if (answer.error) parts.push(...list('The question', ['Choose a day.'], 'bad'));
  parts.push(...list('Wrong in the policy', (answer.faults ?? []).map(placed), 'bad'));
  parts.push(...list('Odd in the policy', (answer.warnings ?? []).map(placed), 'odd'));
  parts.push(...list('Wrong in the history', answer.history ? [answer.history] : [], 'bad'));
  if (answer.explanation) {
    const { status, needs, doses } = answer.explanation;
    const head = element('h2', STATUS[status]);
    head.id = 'status';
    parts.push(head);
    parts.push(...list('Needs', needs.map(need => `${need.name}: ${need.why}`)));
    parts.push(...list('Doses', doses.map(dose => `${dose.given_on} ${dose.product} ${dose.why}`)));
    const missing = answer.plan.needs.flatMap(need =>
      need.missing.map(dose => `${need.need}: from ${dose.from}, ${dose.products.join(' or ')}`));
    parts.push(...list('Missing', missing));
  }
  byId('answer').replaceChildren(...parts);
  return answer;
}

// What a link may hold: no id and no batch, whatever was typed.
function withoutNames(text) {
  const person = JSON.parse(text);
  const { birth_date, on, doses = [], immunity } = person;
  return { id: 'example', birth_date, on, doses: doses.map(({ batch, ...dose }) => dose), immunity };
}

const toBase64Url = text => btoa(String.fromCharCode(...new TextEncoder().encode(text)))
  .replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
const fromBase64Url = text => new TextDecoder().decode(
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), character => character.charCodeAt(0)));

function link() {
  const shared = { policy: policy.value, history: JSON.stringify(withoutNames(history.value), null, 2), on: on.value };
  const url = new URL(location.href);
  url.hash = toBase64Url(JSON.stringify(shared));
  byId('url').value = url.href;
  byId('url').hidden = false;
}

function fill({ policy: file, history: person, on: day }) {
  policy.value = String(file);
  history.value = String(person);
  on.value = String(day);
}

function start() {
  try {
    fill(location.hash.length > 1 ? JSON.parse(fromBase64Url(location.hash.slice(1))) : EXAMPLE);
  } catch {
    fill(EXAMPLE);
  }
  const { builtin } = show();
  byId('builtin').append(...(builtin ?? []).map(id => element('option', id)));
}

[policy, history, on].forEach(field => field.addEventListener('input', show));
byId('builtin').addEventListener('change', ({ target }) => {
  if (target.value) policy.value = target.value;
  show();
});
byId('made-up').addEventListener('change', ({ target }) => { byId('link').disabled = !target.checked; });
byId('link').addEventListener('click', () => {
  try {
    link();
  } catch {
    show();
  }
});
start();
