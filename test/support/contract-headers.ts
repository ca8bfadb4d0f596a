import type { Schema } from './closed-schema.js';

export interface DocumentedHeader {
  readonly $ref?: string;
  readonly required?: boolean;
  readonly schema?: Schema;
}

/** The headers of an answer, by their names in lower case; `Set-Cookie` may stand there several times. */
export type SentHeaders = Headers | Readonly<Record<string, unknown>>;

/** What HTTP itself, the connection or the body brings: the contract does not repeat the protocol. */
const OF_HTTP = ['connection', 'keep-alive', 'date', 'content-length', 'content-type', 'transfer-encoding', 'vary'];
/** The same on every answer, for browsers that show one as a page; `security-headers.ts` writes them. */
const FOR_BROWSERS = [
  'content-security-policy',
  'cross-origin-opener-policy',
  'cross-origin-resource-policy',
  'origin-agent-cluster',
  'referrer-policy',
  'strict-transport-security',
  'x-content-type-options',
  'x-dns-prefetch-control',
  'x-download-options',
  'x-frame-options',
  'x-permitted-cross-domain-policies',
  'x-xss-protection',
];
/** Written only where `CORS_ORIGINS` is set, and read by browsers, never by programs. */
const OF_CORS = /^access-control-/;

const ALWAYS = new Set([...OF_HTTP, ...FOR_BROWSERS]);

interface Rules {
  /** What the contract lists for this answer. */
  readonly documented: Readonly<Record<string, DocumentedHeader>>;
  /** What is wrong with a value; nothing when it is right. */
  readonly judge: (value: unknown, schema: Schema) => readonly string[];
}

/** What is wrong with the headers of an answer: those that are missing, those that have wrong values, and those that nobody documented. */
export function faultsOfHeaders(headers: SentHeaders, { documented, judge }: Rules): string[] {
  const rules = new Map(Object.entries(documented).map(([name, header]) => [name.toLowerCase(), header]));
  const sent = sentIn(headers);
  const missing = [...rules].filter(([name, { required }]) => required && !sent.some(([other]) => other === name));
  return [
    ...missing.map(([name]) => `lacks the header ${name}`),
    ...sent.flatMap(([name, value]) => {
      const rule = rules.get(name);
      if (!rule) return mayStand(name) ? [] : [`has the header ${name}, which the contract does not list`];
      return judge(parsed(value, rule.schema), rule.schema ?? true).map((fault) => `has a wrong ${name}: ${fault}`);
    }),
  ];
}

const mayStand = (name: string): boolean => ALWAYS.has(name) || OF_CORS.test(name);

function sentIn(headers: SentHeaders): [string, string][] {
  const entries = headers instanceof Headers ? [...headers] : Object.entries(headers);
  return entries.flatMap(([name, value]) =>
    [value]
      .flat()
      .flatMap((each): [string, string][] => (typeof each === 'string' ? [[name.toLowerCase(), each]] : [])),
  );
}

/** A header is text; where a number is described, that of a number. */
function parsed(value: string, schema: Schema = true): unknown {
  const isNumber = typeof schema === 'object' && ['integer', 'number'].includes(String(schema.type));
  return isNumber && value.trim() !== '' && !Number.isNaN(Number(value)) ? Number(value) : value;
}
