// node words.mjs RULES DICTIONARY FILE...: what Harper finds in documents, a line each, by the rules that are named.
import { webcrypto } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Dialect, LocalLinter } from 'harper.js';
import { binaryInlined } from 'harper.js/binaryInlined';

globalThis.crypto ??= webcrypto; // Debian 12 has Node.js 18, where it is not global
const [rules, dictionary, ...files] = process.argv.slice(2);
const words = (file) => readFileSync(file, 'utf8').split('\n').filter((line) => line && !line.startsWith('#'));

const harper = new LocalLinter({ binary: binaryInlined, dialect: Dialect.British });
await harper.setup();
await harper.importWords(words(dictionary).flatMap((word) => [word, `${word}'s`]));
const chosen = new Set(words(rules));
const all = Object.keys(await harper.getDefaultLintConfig());
const unknown = [...chosen].filter((rule) => !all.includes(rule));
if (unknown.length) throw new Error(`Harper has no rule ${unknown.join(', ')}`);
await harper.setLintConfig(Object.fromEntries(all.map((rule) => [rule, chosen.has(rule)])));

for (const file of files) {
  const text = readFileSync(file, 'utf8');
  for (const lint of await harper.lint(text, { language: 'markdown' })) {
    if (/[\]/]/.test(lint.get_problem_text())) continue; // a piece of a link, or of two words
    const line = text.slice(0, lint.span().start).split('\n').length;
    console.log(`${file}:${line}: ${JSON.stringify(lint.get_problem_text())}: ${lint.message()}`);
  }
}
process.exit(0); // Harper keeps a worker alive
