import { operations } from './contract.mjs';
import { errorClasses } from './error-classes.mjs';

const HEAD = `# Problems

This page is made from the classes of refusals and from [openapi.yaml](../openapi.yaml) (\`npm run docs\`), so it cannot differ from
them. How a problem looks is in [the guide to the API](api.md#problems): \`code\` is for programs and stays, \`title\` is for people, in
English or Russian.

`;

/** By the first part of a code, in reading order. */
const SUBJECTS = {
  request: 'Any request',
  auth: 'Signing in, and who may do what',
  otp: 'Codes',
  sms: 'SMS',
  email: 'E-mail',
  sessions: 'Sessions',
  users: 'People',
  avatars: 'Pictures',
  referrals: 'Invitations',
  qa: 'The message inbox',
  service: 'The service',
  inbox: 'The page of the inbox',
  pages: 'Pages',
};

/** The catalogue of every problem, as Markdown. @throws where two classes have one code, or a code of the contract has no class */
export async function errorsPage() {
  const { classes, rules } = await errorClasses();
  refuseStrangers(classes);
  const stray = classes.find((each) => !(subjectOf(each) in SUBJECTS));
  if (stray) throw new Error(`${stray.code} belongs to no subject of scripts/docs/errors.mjs: name its subject there`);
  const sections = Object.keys(SUBJECTS).map((subject) => {
    const own = classes.filter((each) => subjectOf(each) === subject);
    return own.length > 0 ? section(SUBJECTS[subject], own, subject === 'request' ? rulesTable(rules) : '') : '';
  });
  return HEAD + sections.join('');
}

function refuseStrangers(classes) {
  const known = new Set(classes.map(({ code }) => code));
  const stranger = operations.flatMap(({ codes }) => [...codes]).find((code) => !known.has(code));
  if (stranger) throw new Error(`openapi.yaml names ${stranger}, which no class of a *.errors.ts has`);
}

/** `internal` alone has no first part. */
const subjectOf = ({ code }) => (code.includes('.') ? code.split('.')[0] : 'service');

function section(title, classes, after) {
  const entries = classes.sort((one, other) => (one.code < other.code ? -1 : 1)).map(entry);
  return `## ${title}\n\n${entries.join('\n')}\n${after}`;
}

function entry({ code, status, title, members = {} }) {
  const extras = Object.entries(members).map(
    ([name, { type, description }]) => `- \`${name}\` (${[type].flat().join(' or ')}): ${description}`,
  );
  return [
    `### \`${code}\`\n`,
    `**${status}** · ${title.en}\\\n${title.ru}\n`,
    ...(extras.length > 0 ? [`It also tells\n\n${extras.join('\n')}\n`] : []),
    `${answeredBy(code)}\n`,
  ].join('\n');
}

function answeredBy(code) {
  const names = operations.filter(({ codes }) => codes.has(code)).map(({ id }) => `\`${id}\``);
  if (names.length === 0) return 'Of no operation in particular.';
  // What nearly every operation answers would be a wall of names.
  const many = names.length > operations.length / 2;
  return many
    ? `Answered by ${names.length} of the ${operations.length} operations.`
    : `Answered by ${names.join(', ')}.`;
}

function rulesTable(rules) {
  const rows = rules.map(({ rule, title }) => `| \`${rule}\` | ${title.en} | ${title.ru} |`);
  const head = '| rule | title | in Russian |\n| --- | --- | --- |';
  return `Where \`request.invalid\` is about one of these rules alone, the title says so:\n\n${head}\n${rows.join('\n')}\n\n`;
}
