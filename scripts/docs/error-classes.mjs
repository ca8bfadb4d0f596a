import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const DIST = join(import.meta.dirname, '../../dist/src');
/** Its code is that of several classes: each tells of one rule that a field breaks, with a title of its own. */
const SHARED = { code: 'request.invalid', by: 'RequestInvalid' };

/**
 * The classes of refusals of the build: `classes`, each with a code of its own, and `rules`, those that share `request.invalid`, as
 * `{ rule, title }`.
 */
export async function errorClasses() {
  const all = await exportedErrors();
  const isRule = (each) => each.code === SHARED.code && each.name !== SHARED.by;
  const classes = all.filter((each) => !isRule(each));
  refuseTwins(classes);
  return { classes, rules: all.filter(isRule).map(ruleOf) };
}

async function exportedErrors() {
  const { DomainError } = await import(pathToFileURL(join(DIST, 'common/domain-error.js')));
  const names = readdirSync(DIST, { recursive: true }).filter((name) => name.endsWith('.errors.js'));
  const modules = await Promise.all(names.sort().map((name) => import(pathToFileURL(join(DIST, name)))));
  const exported = new Set(modules.flatMap((module) => Object.values(module)));
  return [...exported].filter((each) => each.prototype instanceof DomainError);
}

function refuseTwins(classes) {
  const codes = classes.map(({ code }) => code);
  const twin = codes.find((code, index) => codes.indexOf(code) !== index);
  if (twin) throw new Error(`Two classes of refusals have the code ${twin}: give one of them another`);
}

/** Such a class takes the name of the field, if anything. */
function ruleOf(Refusal) {
  const [{ rule }] = new Refusal('field').facts.errors;
  return { rule, title: Refusal.title };
}
