import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

// Run once, in the build of the image, after `npm ci --omit=dev`: removes from node_modules what no running service reads. The build
// then has the service write its contract with what is left, and the compose file has it serve.
const ROOT = join(import.meta.dirname, '../..');
const MODULES = join(ROOT, 'node_modules');

/** What packages need only where they are not used: as more than a bundle for browsers, with the compiler, on the command line. */
const WITHOUT = {
  redoc: () => true,
  '@nestjs/swagger': (name) => name === 'typescript',
  handlebars: (name) => name === 'uglify-js',
};
/** Packages of which only these files are served. */
const SERVED = {
  redoc: /^bundles\/redoc\.standalone\.js/,
  'swagger-ui-dist': /^(swagger-ui\.css|swagger-ui-bundle\.js|[^/]+\.LICENSE\.txt|absolute-path\.js|index\.js)$/,
  '@picocss/pico': /^css\/pico\.classless\.min\.css$/,
};
/** Builds for browsers, for other module systems and for compilers, beside the one that Node.js loads. */
const OTHER_BUILDS = [
  'typeorm/browser',
  'rxjs/src',
  'rxjs/dist/esm5',
  'rxjs/dist/esm',
  'rxjs/dist/bundles',
  'class-validator/bundles',
  'class-validator/esm2015',
  'class-validator/esm5',
  'class-transformer/bundles',
  'class-transformer/esm2015',
  'class-transformer/esm5',
  'libphonenumber-js/bundle',
  'libphonenumber-js/source',
  'luxon/build/global',
  'luxon/build/amd',
  'luxon/build/cjs-browser',
  'hbs/node_modules/handlebars/dist/amd',
  'dayjs/esm',
  'bintrees/test',
];
const NEVER_LOADED = /\.(map|d\.[cm]?ts|md|markdown|flow|tsbuildinfo)$/i;
const KEPT = /(^|\/)(package\.json|(licen[cs]e|notice|copying)[^/]*)$/i;

const before = sizeOf(MODULES);
for (const path of unreachable()) remove(path);
for (const [name, served] of Object.entries(SERVED)) keepOnly(name, (file) => served.test(file) || KEPT.test(file));
for (const path of OTHER_BUILDS) remove(join('node_modules', path));
keepOnly('', (file) => KEPT.test(file) || !NEVER_LOADED.test(file));
console.log(`node_modules: ${before} MB, of which a running service may read ${sizeOf(MODULES)} MB`);

/** Where packages are that nothing loads which is loaded itself, as the lock file knows them. */
function unreachable() {
  const { packages } = JSON.parse(readFileSync(join(MODULES, '.package-lock.json'), 'utf8'));
  const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const reached = new Set();
  const waiting = Object.keys(dependencies).map((name) => `node_modules/${name}`);
  while (waiting.length > 0) {
    const path = waiting.pop();
    if (reached.has(path)) continue;
    reached.add(path);
    waiting.push(...needsOf(packages, path));
  }
  return Object.keys(packages).filter((path) => !reached.has(path));
}

function needsOf(packages, path) {
  const { dependencies, optionalDependencies, peerDependencies } = packages[path];
  const left = WITHOUT[path.split('node_modules/').at(-1)] ?? (() => false);
  const names = Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies });
  // Compilers alone read types.
  const loaded = names.filter((name) => !name.startsWith('@types/') && !left(name));
  return loaded.map((name) => resolved(packages, path, name)).filter(Boolean);
}

/** As Node.js looks a name up: beside the package, then further outside. Undefined where an optional one is not installed. */
function resolved(packages, path, name) {
  const found = `${path}/node_modules/${name}`;
  if (packages[found]) return found;
  const outside = path.lastIndexOf('/node_modules/');
  if (outside > 0) return resolved(packages, path.slice(0, outside), name);
  return packages[`node_modules/${name}`] && `node_modules/${name}`;
}

function keepOnly(name, isKept) {
  for (const file of filesBelow(join(MODULES, name))) if (!isKept(file)) remove(join('node_modules', name, file));
}

function filesBelow(folder) {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
}

function remove(path) {
  rmSync(join(ROOT, path), { recursive: true, force: true });
}

function sizeOf(folder) {
  const bytes = filesBelow(folder).reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
  return Math.round(bytes / 1e6);
}
