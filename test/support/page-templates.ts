import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import hbs from 'hbs';

const VIEWS = join(import.meta.dirname, '../../views');

type Node = Readonly<Record<string, unknown>> & { readonly type: string };

/** What a template calls, with the arguments that it gives. */
export interface Call {
  /** `pages/sign-in`, with the line. */
  readonly where: string;
  readonly name: string;
  readonly params: readonly Node[];
}

export interface Template {
  readonly name: string;
  readonly calls: readonly Call[];
  /** The names of the partials that it holds. */
  readonly partials: readonly string[];
}

/** Every template of the pages, as Handlebars reads it: also the branches that are seldom taken. */
export function templates(): Template[] {
  return ['pages', 'partials', 'layouts/page.hbs'].flatMap(filesIn).map(([name, source]) => {
    const nodes = [...nodesOf(hbs.create().handlebars.parse(source))];
    return {
      name,
      calls: nodes.flatMap((node) => callOf(node, name)),
      partials: nodes.flatMap((node) => (node.type === 'PartialStatement' ? [textOf(node.name)] : [])),
    };
  });
}

/**
 * Every text that an argument can be, as far as it stands in the template; `*` for what the model has.
 * `(concat "state." state)` can be `state.*`, `(when isNew "new" "old")` can be `new` and `old`.
 */
export function possible(node: Node | undefined): string[] {
  if (node?.type === 'StringLiteral') return [node.value as string];
  if (node?.type !== 'SubExpression') return ['*'];
  const [first, ...others] = node.params as Node[];
  const name = textOf(node.path);
  if (name === 'when') return others.flatMap(possible);
  if (name === 'or') return [first, ...others].flatMap(possible);
  if (name !== 'concat') return ['*'];
  return [first, ...others].reduce<string[]>(
    (starts, part) => starts.flatMap((start) => possible(part).map((end) => start + end)),
    [''],
  );
}

function callOf(node: Node, template: string): Call[] {
  if (!['MustacheStatement', 'BlockStatement', 'SubExpression'].includes(node.type)) return [];
  const params = node.params as Node[];
  const { pairs = [] } = (node.hash ?? {}) as { pairs?: unknown[] };
  // `{{name}}` is a value; with arguments it can only be a call.
  const isCall = node.type !== 'MustacheStatement' || params.length > 0 || pairs.length > 0;
  const { line } = (node.loc as { start: { line: number } }).start;
  return isCall ? [{ where: `${template}:${line}`, name: textOf(node.path), params }] : [];
}

const textOf = (path: unknown): string => (path as { original: string }).original;

function* nodesOf(value: unknown): Generator<Node> {
  if (typeof value !== 'object' || value === null) return;
  if ('type' in value) yield value as Node;
  for (const [name, below] of Object.entries(value)) if (name !== 'loc') yield* nodesOf(below);
}

function filesIn(path: string): [string, string][] {
  const whole = join(VIEWS, path);
  const files = path.endsWith('.hbs')
    ? [whole]
    : readdirSync(whole, { recursive: true }).map((name) => join(whole, String(name)));
  return files
    .filter((file) => file.endsWith('.hbs'))
    .map((file) => [relative(VIEWS, file).replace(/\.hbs$/, ''), readFileSync(file, 'utf8')]);
}
