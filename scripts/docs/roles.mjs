import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const DIST = join(import.meta.dirname, '../../dist/src');

/** The roles that may use an operation, by its id, which is the name of its handler; only of those that say `@Roles`. */
export async function rolesByOperation() {
  const { ROLES_KEY } = await import(pathToFileURL(join(DIST, 'common/http/access.decorators.js')));
  const names = readdirSync(DIST, { recursive: true }).filter((name) => name.endsWith('.controller.js'));
  const modules = await Promise.all(names.map((name) => import(pathToFileURL(join(DIST, name)))));
  const controllers = modules.flatMap((module) => Object.values(module)).filter((each) => typeof each === 'function');
  return new Map(controllers.flatMap(({ prototype }) => handlersOf(prototype, ROLES_KEY)));
}

function handlersOf(prototype, key) {
  const names = Object.getOwnPropertyNames(prototype ?? {}).filter((name) => typeof prototype[name] === 'function');
  const roles = names.map((name) => [name, Reflect.getMetadata(key, prototype[name])]);
  return roles.filter(([, mayUse]) => mayUse !== undefined);
}
