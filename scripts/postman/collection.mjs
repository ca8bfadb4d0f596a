import { convert } from './base.mjs';
import { Contract } from './contract.mjs';
import { environment } from './environment.mjs';
import { makePeople, renewTokens } from './everywhere.mjs';
import { requestOf } from './request.mjs';
import { events } from './scripts.mjs';
import { story } from './story.mjs';

const SCHEMA = 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json';

const HOW = `Import this collection and its environment, choose the environment, start the service (\`npm start\`), and send the requests one after
the other, or run the whole. Nothing has to be typed: scripts carry tokens and challenge ids from request to request and read codes in
the message inbox, and phones are made up. Every request tests its answer, and has saved ones of each kind.

It is made from openapi.yaml by \`npm run postman\`: change that or the story in scripts/postman, not this file.`;

/**
 * The collection, in format 2.1.
 * @param text openapi.yaml
 * @throws {Error} when the story leaves out an operation, or asks for what the contract does not have
 */
export async function collectionOf(text) {
  const contract = new Contract(text);
  const folders = new Folders(contract, await convert(text));
  const item = story.map((folder) => folders.folderOf(folder));
  folders.checkAllTold();
  const collection = {
    info: { name: contract.info.title, description: `${contract.info.description}\n\n${HOW}`, schema: SCHEMA },
    item,
    auth: { type: 'bearer', bearer: [{ key: 'token', value: '{{accessToken}}', type: 'string' }] },
    event: events({
      before() {
        makePeople();
        renewTokens();
      },
    }),
  };
  return { ...collection, variable: variablesOf(collection) };
}

/** Those that requests use and the environment does not have: scripts set them. */
function variablesOf(collection) {
  const used = [...JSON.stringify(collection).matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name);
  const given = environment.values.map(({ key }) => key);
  return [...new Set(used)].filter((name) => !given.includes(name)).map((key) => ({ key, value: '' }));
}

class Folders {
  #contract;
  #bases;
  #operations;
  #told = new Set();

  constructor(contract, bases) {
    this.#contract = contract;
    this.#bases = bases;
    this.#operations = new Map(contract.operations.map((operation) => [operation.id, operation]));
  }

  folderOf({ name, description, before, steps, prologue = false }) {
    const item = steps.map((step) => (step.steps ? this.folderOf(step) : this.#request(step, prologue)));
    return { name, description, event: events({ before }), item };
  }

  checkAllTold() {
    const missing = [...this.#operations.keys()].filter((id) => !this.#told.has(id));
    if (missing.length > 0) throw new Error(`The story of the collection leaves out ${missing.join(', ')}`);
  }

  #request(step, prologue) {
    const operation = this.#operations.get(step.operation);
    if (!operation) throw new Error(`“${step.name}”: there is no operation ${step.operation}`);
    const first = !prologue && !this.#told.has(operation.id);
    if (first) this.#told.add(operation.id);
    const base = this.#bases.get(`${operation.method} ${operation.path}`);
    return requestOf({ contract: this.#contract, operation, base, step, first });
  }
}
