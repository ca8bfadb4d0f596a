import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const FOLDER = join(import.meta.dirname, '../../src/config/environment');
const FILES = [
  'environment.ts',
  'environment.secrets.ts',
  'environment.messages.ts',
  'environment.retention.ts',
  'environment.tracing.ts',
];

/**
 * The variables of the configuration as their classes declare them: what the comment above a field says, its default (its value,
 * else `@defaultValue`), the range or the choices of its decorators, and whether production needs it.
 */
export function variables() {
  return FILES.flatMap((file) => fieldsOf(join(FOLDER, file))).map(variable);
}

function fieldsOf(file) {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ES2022, true);
  return source.statements
    .filter(ts.isClassDeclaration)
    .flatMap(({ members }) => members.filter(ts.isPropertyDeclaration));
}

function variable(field) {
  const name = field.name.getText();
  const about = oneLine(ts.getJSDocCommentsAndTags(field).find(ts.isJSDoc)?.comment);
  if (!about) throw new Error(`${name} has no comment: say above the field what it is, for the table of the README`);
  const rules = Object.fromEntries((ts.getDecorators(field) ?? []).map(ruleOf));
  const needed = 'NeededInProduction' in rules || rules.Needed?.length === 1;
  return { name, about, byDefault: defaultOf(field, name), range: rules.WholeNumber, choices: rules.OneOf, needed };
}

/** A decorator's name, and its arguments as they are written. */
function ruleOf({ expression }) {
  return [expression.expression.getText(), expression.arguments.map((argument) => literal(argument.getText()))];
}

function defaultOf(field, name) {
  const tag = ts.getJSDocTags(field).find(({ tagName }) => tagName.text === 'defaultValue');
  if (tag) return oneLine(tag.comment);
  const value = field.initializer?.getText();
  if (value === undefined) throw new Error(`${name} has no default: say @defaultValue above the field`);
  return value === '[]' ? 'none' : `\`${literal(value)}\``;
}

/** A text without its quotes, a number without its underscores, a list without its brackets. */
const literal = (written) => written.replace(/^\[?'(.*)'\]?$/s, '$1').replace(/(?<=\d)_(?=\d)/g, '');

const oneLine = (comment) => ts.getTextOfJSDocComment(comment)?.replace(/\s+/g, ' ').trim();
