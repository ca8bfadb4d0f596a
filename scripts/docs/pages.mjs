import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { anchors, fences, headings, links, markdownFiles, readText } from '../readme/markdown.mjs';
import { variables } from './configuration.mjs';
import { unknownTests } from './named-tests.mjs';

const ROOT = join(import.meta.dirname, '../..');
/** Other hosts, and paths of the service that shows the page. */
const ELSEWHERE = /^((https?|mailto):|\/)/;
const NPM_COMMAND = /\bnpm (?:run ([\w:-]+)|(start|test)\b)/g;

/** What compose files take from .env for themselves. */
const composeVariables = () =>
  ['docker-compose.yml', 'docker-compose.production.yml'].flatMap((file) =>
    [...readText(file).matchAll(/\$\{(\w+)/g)].map(([, name]) => name),
  );
/** What docker compose itself takes from there. */
const OF_COMPOSE = ['COMPOSE_FILE', 'COMPOSE_PROFILES'];

/** What is wrong in documents beside what the code decides: one sentence each, with the file. @param limits names of variables that bound something */
export function mistakesInPages(limits) {
  const known = new Set([...variables().map(({ name }) => name), ...limits, ...composeVariables(), ...OF_COMPOSE]);
  return [
    ...markdownFiles().flatMap((file) => [
      ...brokenLinks(file),
      ...unknownCommands(file),
      ...unknownVariables(file, known),
    ]),
    ...differences('README.md', 'README.ru.md'),
    ...exampleMistakes(known),
    ...unknownTests(),
    ...changelogMistakes(),
  ];
}

function brokenLinks(file) {
  const targets = links(readText(file)).filter((target) => !ELSEWHERE.test(target));
  return targets.filter((target) => !leadsSomewhere(file, target)).map((target) => `${file}: ${target} leads nowhere`);
}

function leadsSomewhere(file, target) {
  const [path, anchor] = decodeURIComponent(target).split('#');
  const found = path === '' ? file : join(dirname(file), path);
  if (!existsSync(join(ROOT, found))) return false;
  return anchor === undefined || anchors(readText(found)).includes(anchor);
}

function unknownCommands(file) {
  const scripts = { ...scriptsOf('.'), ...scriptsOf(dirname(file)) };
  const named = [...readText(file).matchAll(NPM_COMMAND)].map(([, run, own]) => run ?? own);
  return [...new Set(named)]
    .filter((name) => !(name in scripts))
    .map((name) => `${file}: there is no npm script ${name}`);
}

/** Those of the package in a folder; a folder without one has none. */
function scriptsOf(folder) {
  const path = join(ROOT, folder, 'package.json');
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).scripts : {};
}

function unknownVariables(file, known) {
  const settings = fences(readText(file)).filter(({ language }) => language === 'dotenv');
  const named = settings.flatMap(({ text }) => [...text.matchAll(/^(\w+)=/gm)].map(([, name]) => name));
  return named.filter((name) => !known.has(name)).map((name) => `${file}: there is no variable ${name}`);
}

/** Every variable stands in .env.example, those of the compose files too, and nothing else does. */
function exampleMistakes(known) {
  const named = [...readText('.env.example').matchAll(/^(\w+)=/gm)].map(([, name]) => name);
  const needed = [...variables().map(({ name }) => name), ...new Set(composeVariables())];
  const missing = needed.filter((name) => !named.includes(name));
  const strange = named.filter((name) => !known.has(name));
  return [
    ...missing.map((name) => `.env.example: ${name} is missing`),
    ...strange.map((name) => `.env.example: there is no variable ${name}`),
  ];
}

/** Two languages of one page: the same headings in the same order, and the same code but for its comments. */
function differences(one, other) {
  const [levels, code] = [headingLevels, codeOf].map((read) => [one, other].map((file) => read(readText(file))));
  return [
    ...(levels[0] === levels[1]
      ? []
      : [`${other}: its headings are not those of ${one} (levels ${levels.join(' and ')})`]),
    ...code[0]
      .filter((block, index) => block !== code[1][index])
      .map((block) => `${other}: lacks this of ${one}, or has it otherwise:\n${block}`),
    ...(code[1].length > code[0].length ? [`${other}: has more code than ${one}`] : []),
  ];
}

const headingLevels = (text) =>
  headings(text)
    .map(({ level }) => level)
    .join('');

const codeOf = (text) =>
  fences(text).map(({ language, text: code }) => `${language}\n${code.replace(/ +# .*$/gm, '')}`);

/** The version on top is that of the package, and what comes is above it. */
function changelogMistakes() {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const [first, newest = ''] = headings(readText('CHANGELOG.md'))
    .filter(({ level }) => level === 2)
    .map(({ title }) => title);
  return [
    ...(first === 'Unreleased' ? [] : ['CHANGELOG.md: its first section is not Unreleased']),
    ...(newest.startsWith(`${version} - `)
      ? []
      : [`CHANGELOG.md: its newest version is not ${version}, which package.json says`]),
  ];
}
