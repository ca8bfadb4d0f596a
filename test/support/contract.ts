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
  /** What may be answered to any request, by status. */
  readonly 'x-anywhere'?: Readonly<Record<string, DocumentedResponse>>;
}

/** Stands in the record in the place of an operation. */
const ANYWHERE = 'anywhere';

let committed: ContractChecker | undefined;

/** Throws unless the committed openapi.yaml describes this answer: its status, its headers, its content type and every field of its body. */
export function checkAgainstContract(exchange: Exchange): void {
  noteSeen(checker().check(exchange));
}

/** The same for an answer that no operation lists, because it comes before there is one, or by a fault of ours. */
export function checkAnywhere(exchange: Exchange): void {
  noteSeen(checker().checkAnywhere(exchange));
}

function checker(): ContractChecker {
  const text = () => readFileSync(join(import.meta.dirname, '../../openapi.yaml'), 'utf8');
  return (committed ??= new ContractChecker(parse(text()) as Contract));
}

/** Checks answers against one contract. Schemas are closed: a field that none names is a mistake, unless the schema says otherwise. */
export class ContractChecker {
  private readonly ajv = formats.default(new Ajv2020({ strict: false, allErrors: true, logger: false }));
  private readonly validators = new Map<Schema, ValidateFunction>();

  constructor(private readonly contract: Contract) {
    this.ajv.addSchema(componentsOf(contract.components?.schemas ?? {}));
  }

  /** Answers which of the described answers it is. */
  check(exchange: Exchange): Seen {
    const operation = this.operationFor(exchange);
    if (!operation) return this.checkAnywhere(exchange);
    this.checkResponse(exchange, this.responseOf(operation, exchange));
    return seenOf(operation.operationId, exchange);
  }

  checkAnywhere(exchange: Exchange): Seen {
    const response = this.contract['x-anywhere']?.[exchange.status];
    if (!response) fail(exchange, 'comes from an operation that is not in the contract');
    this.checkResponse(exchange, this.resolved(response));
    return seenOf(ANYWHERE, exchange);
  }

  private checkResponse(exchange: Exchange, { content = {}, headers = {} }: DocumentedResponse): void {
    this.checkHeaders(exchange, headers);
    if (Object.keys(content).length > 0) this.checkContent(exchange, content);
    else if (!isEmpty(exchange.body)) fail(exchange, 'has a body, and the contract lists none');
  }

  private responseOf(operation: Operation, exchange: Exchange): DocumentedResponse {
    const { [exchange.status]: response = operation.responses.default } = operation.responses;
    const listed = Object.keys(operation.responses).join(', ');
    if (!response) fail(exchange, `has a status that the contract does not list (it lists ${listed})`);
    return this.resolved(response);
  }

  private resolved(response: DocumentedResponse): DocumentedResponse {
    const name = response.$ref?.split('/').at(-1) ?? '';
    return this.contract.components?.responses?.[name] ?? response;
  }

  private checkHeaders(exchange: Exchange, headers: Readonly<Record<string, DocumentedHeader>>): void {
    const faults = faultsOfHeaders(exchange.headers, {
      documented: Object.fromEntries(Object.entries(headers).map(([name, each]) => [name, this.headerOf(each)])),
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
    if (isHead(exchange) && !isEmpty(exchange.body)) fail(exchange, 'has a body, which HEAD never has');
    if (media.schema === undefined || isHead(exchange)) return;
    const faults = this.faultsOf(exchange.body, media.schema);
    if (faults.length > 0) fail(exchange, `does not match its schema:\n${faults.join('\n')}`);
  }

  private operationFor({ method, path }: Exchange): Operation | undefined {
    const [bare = ''] = path.split('?');
    const name = isHead({ method }) ? 'get' : method.toLowerCase();
    const found = Object.entries(this.contract.paths).filter(
      ([template, item]) => item[name] && matches(template, bare),
    );
    // A literal path wins over one with parameters, as in the router, but only where it has the method.
    const [best] = found.sort(([a], [b]) => parametersIn(a) - parametersIn(b));
    return best?.[1][name];
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

const sentence = ({ instancePath, message, params }: ErrorObject): string =>
  `  ${instancePath || '(body)'} ${message ?? 'is wrong'} ${JSON.stringify(params)}`.replaceAll(COMPONENTS, '');

function mediaTypeOf({ headers }: Exchange): string {
  const value = headers instanceof Headers ? headers.get('content-type') : headers['content-type'];
  return typeof value === 'string' ? (value.split(';')[0] ?? '').trim().toLowerCase() : '';
}

const seenOf = (operationId: string, exchange: Exchange): Seen => ({
  operationId,
  status: exchange.status,
  code: codeOf(exchange),
});

/** The problem that an answer tells of. */
const codeOf = (exchange: Exchange): string | undefined =>
  mediaTypeOf(exchange) === PROBLEM_TYPE ? (exchange.body as { readonly code: string }).code : undefined;

/** Answered as GET, without the body (RFC 9110 §9.3.2). */
const isHead = ({ method }: Pick<Exchange, 'method'>): boolean => method.toUpperCase() === 'HEAD';

const isEmpty = (body: unknown): boolean => body === undefined || body === null || body === '';

const parametersIn = (template: string): number => template.split('{').length - 1;

function matches(template: string, path: string): boolean {
  const literals = template.split(/\{[^}]+\}/).map((literal) => literal.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${literals.join('[^/]+')}$`).test(path);
}
