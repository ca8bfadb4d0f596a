import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { parse } from 'yaml';
import { PROBLEM_TYPE } from '../../src/common/http/problem.js';
import { closed, COMPONENTS, componentsOf, type Schema } from './closed-schema.js';
import { type DocumentedHeader, faultsOfHeaders, type SentHeaders } from './contract-headers.js';
import { noteSeen, type Seen } from './contract-record.js';

/** A request and its answer, as they went over the wire. */
export interface Exchange {
  readonly method: string;
  /** With the prefix; a query is ignored. */
  readonly path: string;
  readonly status: number;
  readonly headers: SentHeaders;
  /** Parsed when it is JSON; undefined or '' when there is none. */
  readonly body?: unknown;
}

interface DocumentedResponse {
  readonly $ref?: string;
  readonly headers?: Readonly<Record<string, DocumentedHeader>>;
  readonly content?: Readonly<Record<string, { readonly schema?: Schema }>>;
}

interface Operation {
  readonly operationId: string;
  readonly responses: Readonly<Record<string, DocumentedResponse>>;
}

export interface Contract {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation | undefined>>>>;
  readonly components?: {
    readonly schemas?: Readonly<Record<string, Schema>>;
    readonly responses?: Readonly<Record<string, DocumentedResponse>>;
    readonly headers?: Readonly<Record<string, DocumentedHeader>>;
  };
}

/** What the edge answers where the contract has no operation: these statuses, and a problem. */
const NOWHERE = new Set([404, 405]);
const ANY_PROBLEM: DocumentedResponse = {
  headers: { Allow: {}, 'Cache-Control': {}, 'X-Request-Id': {} },
  content: { [PROBLEM_TYPE]: { schema: { $ref: '#/components/schemas/Problem' } } },
};

let committed: ContractChecker | undefined;

/** Throws unless the committed openapi.yaml describes this answer: its status, its headers, its content type and every field of its body. */
export function checkAgainstContract(exchange: Exchange): void {
  committed ??= new ContractChecker(
    parse(readFileSync(join(import.meta.dirname, '../../openapi.yaml'), 'utf8')) as Contract,
  );
  const seen = committed.check(exchange);
  if (seen) noteSeen(seen);
}

/** Checks answers against one contract. Schemas are closed: a field that none names is a mistake, unless the schema says otherwise. */
export class ContractChecker {
  private readonly ajv = formats.default(new Ajv2020({ strict: false, allErrors: true, logger: false }));
  private readonly validators = new Map<Schema, ValidateFunction>();
  private readonly namedHeaders: ReadonlySet<string>;

  constructor(private readonly contract: Contract) {
    this.ajv.addSchema(componentsOf(contract.components?.schemas ?? {}));
    this.namedHeaders = new Set(this.allResponses().flatMap(({ headers = {} }) => namesIn(headers)));
  }

  /** Answers which of the described answers it is; nothing for one where the contract has no operation. */
  check(exchange: Exchange): Seen | undefined {
    const operation = this.operationFor(exchange);
    const { content = {}, headers = {} } = this.responseOf(operation, exchange);
    this.checkHeaders(exchange, headers);
    if (Object.keys(content).length > 0) this.checkContent(exchange, content);
    else if (!isEmpty(exchange.body)) fail(exchange, 'has a body, and the contract lists none');
    return operation && { operationId: operation.operationId, status: exchange.status, code: codeOf(exchange) };
  }

  private responseOf(operation: Operation | undefined, exchange: Exchange): DocumentedResponse {
    if (!operation && NOWHERE.has(exchange.status)) return ANY_PROBLEM;
    if (!operation) fail(exchange, 'comes from an operation that is not in the contract');
    const { [exchange.status]: response = operation.responses.default } = operation.responses;
    const listed = Object.keys(operation.responses).join(', ');
    if (!response) fail(exchange, `has a status that the contract does not list (it lists ${listed})`);
    return this.resolved(response);
  }

  private resolved(response: DocumentedResponse): DocumentedResponse {
    const name = response.$ref?.split('/').at(-1) ?? '';
    return this.contract.components?.responses?.[name] ?? response;
  }

  private allResponses(): DocumentedResponse[] {
    const operations = Object.values(this.contract.paths).flatMap((path) => Object.values(path));
    const own = operations.flatMap((operation) => Object.values(operation?.responses ?? {}));
    return [...own, ...Object.values(this.contract.components?.responses ?? {})];
  }

  private checkHeaders(exchange: Exchange, headers: Readonly<Record<string, DocumentedHeader>>): void {
    const faults = faultsOfHeaders(exchange.headers, {
      documented: Object.fromEntries(Object.entries(headers).map(([name, each]) => [name, this.headerOf(each)])),
      named: this.namedHeaders,
      judge: (value, schema) => this.faultsOf(value, schema),
    });
    if (faults.length > 0) fail(exchange, faults.join(' and '));
  }

  private headerOf(header: DocumentedHeader): DocumentedHeader {
    return this.contract.components?.headers?.[header.$ref?.split('/').at(-1) ?? ''] ?? header;
  }

  private checkContent(exchange: Exchange, content: NonNullable<DocumentedResponse['content']>): void {
    const type = mediaTypeOf(exchange);
    const media = content[type];
    const listed = Object.keys(content).join(', ');
    if (!media) fail(exchange, `is ${type || 'without a content type'}; the contract lists ${listed}`);
    const faults = media.schema === undefined ? [] : this.faultsOf(exchange.body, media.schema);
    if (faults.length > 0) fail(exchange, `does not match its schema:\n${faults.join('\n')}`);
  }

  private operationFor({ method, path }: Exchange): Operation | undefined {
    const [bare = ''] = path.split('?');
    const templates = Object.keys(this.contract.paths).filter((template) => matches(template, bare));
    // A literal path wins over one with parameters, as in the router.
    const [best = ''] = templates.sort((a, b) => parametersIn(a) - parametersIn(b));
    return this.contract.paths[best]?.[method.toLowerCase()];
  }

  private faultsOf(value: unknown, schema: Schema): string[] {
    const validate = this.validatorOf(schema);
    return validate(value) ? [] : [...new Set((validate.errors ?? []).map(sentence))];
  }

  private validatorOf(schema: Schema): ValidateFunction {
    const known = this.validators.get(schema) ?? this.ajv.compile(closed(schema));
    this.validators.set(schema, known);
    return known;
  }
}

function fail({ method, path, status }: Exchange, reason: string): never {
  throw new Error(`Contract: ${status} of ${method.toUpperCase()} ${path.split('?')[0]} ${reason}`);
}

const namesIn = (headers: object): string[] => Object.keys(headers).map((name) => name.toLowerCase());

const sentence = ({ instancePath, message, params }: ErrorObject): string =>
  `  ${instancePath || '(body)'} ${message ?? 'is wrong'} ${JSON.stringify(params)}`.replaceAll(COMPONENTS, '');

function mediaTypeOf({ headers }: Exchange): string {
  const value = headers instanceof Headers ? headers.get('content-type') : headers['content-type'];
  return typeof value === 'string' ? (value.split(';')[0] ?? '').trim().toLowerCase() : '';
}

/** The problem that an answer tells of. */
const codeOf = (exchange: Exchange): string | undefined =>
  mediaTypeOf(exchange) === PROBLEM_TYPE ? (exchange.body as { readonly code: string }).code : undefined;

const isEmpty = (body: unknown): boolean => body === undefined || body === null || body === '';

const parametersIn = (template: string): number => template.split('{').length - 1;

function matches(template: string, path: string): boolean {
  const literals = template.split(/\{[^}]+\}/).map((literal) => literal.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${literals.join('[^/]+')}$`).test(path);
}
