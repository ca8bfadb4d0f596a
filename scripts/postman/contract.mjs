import { parse } from 'yaml';

const METHODS = ['get', 'put', 'post', 'patch', 'delete'];

/** The contract, as far as the collection is made from it. */
export class Contract {
  #document;

  /** @param text openapi.yaml */
  constructor(text) {
    this.#document = parse(text);
  }

  get info() {
    return this.#document.info;
  }

  /** `{ id, method, path, … }` with what the contract says of each operation, in its order. */
  get operations() {
    return Object.entries(this.#document.paths).flatMap(([path, item]) =>
      METHODS.filter((method) => item[method]).map((method) => ({
        ...item[method],
        id: item[method].operationId,
        method: method.toUpperCase(),
        path,
      })),
    );
  }

  /** Whether the operation wants no token, or not always. */
  isOpen({ security = this.#document.security }) {
    return security.length === 0 || security.some((scheme) => Object.keys(scheme).length === 0);
  }

  /** What is documented of an answer; undefined when nothing is. */
  answer(operation, status) {
    return this.#resolve(operation.responses[status]);
  }

  /** The schema of a JSON answer with all that it refers to, for validators of draft 7; undefined when it is not JSON. */
  schema(operation, status) {
    const { content = {} } = this.answer(operation, status) ?? {};
    const [json] = Object.entries(content).filter(([type]) => /[/+]json$/.test(type));
    if (!json) return undefined;
    const definitions = {};
    const schema = this.#selfContained(json[1].schema, definitions);
    return Object.keys(definitions).length > 0 ? { ...schema, definitions } : schema;
  }

  /** Leaves out what is for people, and collects what is referred to. */
  #selfContained(schema, definitions) {
    if (Array.isArray(schema)) return schema.map((each) => this.#selfContained(each, definitions));
    if (schema === null || typeof schema !== 'object') return schema;
    if (typeof schema.$ref === 'string') return { $ref: this.#define(schema.$ref, definitions) };
    return Object.fromEntries(
      Object.entries(schema)
        .filter(([key, value]) => !isForPeople(key, value))
        .map(([key, value]) => [key, this.#selfContained(value, definitions)]),
    );
  }

  #define(ref, definitions) {
    const name = ref.split('/').at(-1);
    if (!(name in definitions)) {
      definitions[name] = true;
      definitions[name] = this.#selfContained(this.#target(ref), definitions);
    }
    return `#/definitions/${name}`;
  }

  #resolve(value) {
    return value?.$ref ? this.#target(value.$ref) : value;
  }

  #target(ref) {
    return ref
      .split('/')
      .slice(1)
      .reduce((node, key) => node[key], this.#document);
  }
}

/** A property may be called `title` or `description` as well: then its value is a schema. */
function isForPeople(key, value) {
  if (key === 'example' || key === 'examples') return typeof value !== 'object' || Array.isArray(value);
  return (key === 'description' || key === 'title') && typeof value === 'string';
}
