import { variables } from './configuration.mjs';
import { operations, tags } from './contract.mjs';
import { rolesByOperation } from './roles.mjs';

const WORDS = {
  en: {
    operations: ['', 'operation', 'access', 'what it does'],
    variables: ['variable', 'default', 'what it is'],
    schemes: { none: 'public', opsToken: '`OPS_TOKEN`', qaInboxToken: '`QA_INBOX_TOKEN`' },
    fresh: '**fresh**',
    from: (least, most) => `${least} to ${most}.`,
    or: 'or',
  },
  ru: {
    operations: ['', 'операция', 'доступ', 'что делает'],
    variables: ['переменная', 'по умолчанию', 'что это'],
    schemes: { none: 'открыто', opsToken: '`OPS_TOKEN`', qaInboxToken: '`QA_INBOX_TOKEN`' },
    fresh: '**недавний вход**',
    from: (least, most) => `От ${least} до ${most}.`,
    or: 'или',
  },
};

const roles = await rolesByOperation();
/** A default that is a value reads the same in every language. */
const VALUE = /^`[^`]*`$/;

/** The tables of a README, in English as their sources say it, or in Russian with the lines of docs/ru.yaml. */
export function tablesOf(language, lines = { operations: {}, configuration: {}, defaults: {} }) {
  const words = { ...WORDS[language], defaults: lines.defaults };
  const rows = variables().map((each) => variableRow(each, words, lines.configuration[each.name]));
  return {
    operations: table(
      words.operations,
      tags.flatMap((tag) => operationRows(tag, words, lines.operations)),
    ),
    configuration: table(words.variables, rows),
  };
}

/** What the Russian lines lack, or say of what is there no longer; one sentence each. */
export function mistakesIn({ operations: ofOperations, configuration, defaults }) {
  const all = variables();
  const inWords = all.filter(({ byDefault }) => !VALUE.test(byDefault));
  return [
    ...mistakes(
      'operation',
      ofOperations,
      operations.map(({ id }) => id),
    ),
    ...mistakes(
      'variable',
      configuration,
      all.map(({ name }) => name),
    ),
    ...mistakes(
      'default in words of',
      defaults,
      inWords.map(({ name }) => name),
    ),
  ];
}

function mistakes(kind, lines, names) {
  const missing = names.filter((name) => !lines[name]);
  const left = Object.keys(lines).filter((name) => !names.includes(name));
  return [
    ...missing.map((name) => `the ${kind} ${name} has no line there`),
    ...left.map((name) => `there is no ${kind} ${name}, which has a line there`),
  ];
}

/** The tag stands in the first of its rows. */
function operationRows(tag, words, lines) {
  const own = operations.filter((each) => each.tag === tag);
  return own.map((each, index) => [index === 0 ? `**${tag}**` : '', ...operationRow(each, words, lines)]);
}

function operationRow({ id, method, path, summary, scheme = 'none', codes }, words, lines) {
  const who = [words.schemes[scheme], codes.has('auth.reauthentication_required') && words.fresh, roles.get(id)?.[0]];
  return [
    `\`${method} ${path.replace('/api/v1', '')}\``,
    who.filter(Boolean).join(', '),
    lines[id] ?? firstSentence(summary),
  ];
}

function variableRow({ name, about, byDefault, range, choices, needed }, words, line) {
  const said = line ?? about;
  const allowed = range ? words.from(...range.map(spaced)) : choicesBeyond(said, choices ?? [], words);
  return [`\`${name}\`${needed ? ' **P**' : ''}`, words.defaults[name] ?? byDefault, `${said} ${allowed}`.trim()];
}

/** Nothing where the text has named them all. */
function choicesBeyond(said, choices, { or }) {
  if (choices.every((choice) => said.includes(code(choice)))) return '';
  return `${choices.slice(0, -1).map(code).join(', ')} ${or} ${code(choices.at(-1))}.`;
}

const spaced = (number) => number.replace(/\B(?=(\d{3})+$)/g, ' ');

const code = (text) => `\`${text}\``;

const firstSentence = (text) =>
  text
    .replace(/\s+/g, ' ')
    .match(/^.*?[.:](?= |$)|^.*$/)[0]
    .replace(/[.:]$/, '');

const table = (head, rows) =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.map(cell).join(' | ')} |`).join('\n');

const cell = (text) => text.replaceAll('|', '\\|');
