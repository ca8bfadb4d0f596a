import { claim } from './claims.mjs';
import { Stage } from './stage.mjs';

const DOCUMENTS = {
  '/swagger': /^text\/html/,
  '/swagger/swagger-ui-bundle.js': /javascript/,
  '/redoc': /^text\/html/,
  '/openapi.json': /^application\/json/,
  '/openapi.yaml': /yaml/,
};

/** Nothing is served but what is meant to be: no folder, no source, nothing above (ASVS 13.4.1, 13.4.3, 13.4.7). */
const NOT_SERVED = [
  '/.git/config',
  '/.env',
  '/package.json',
  '/swagger/package.json',
  '/swagger/../package.json',
  '/swagger/%2e%2e/package.json',
  '/swagger/..%2fpackage.json',
  '/assets/',
  '/assets/../views/pages/profile.hbs',
  '/views/',
];

async function documentsAreServed(stage) {
  for (const [path, type] of Object.entries(DOCUMENTS)) {
    const { status, headers } = await stage.client.get(path);
    claim(status === 200 && type.test(headers['content-type']), `${path}: ${status} ${headers['content-type']}`);
  }
  for (const page of ['/swagger', '/redoc']) {
    const policy = (await stage.client.get(page)).headers['content-security-policy'] ?? '';
    claim(policy.includes("default-src 'none'"), `${page} has the policy “${policy}”`);
    claim(!/https?:|\*/.test(policy), `${page} may load from elsewhere: “${policy}”`);
  }
  for (const path of NOT_SERVED) {
    const { status } = await stage.client.get(path);
    claim(status === 404, `${path} was answered ${status}`);
  }
  return `${Object.keys(DOCUMENTS).length} of them, the pages with a policy that lets nothing in from elsewhere`;
}

/** The application of the tests is without them, so they are looked at where they run. */
export const documentProofs = [
  {
    name: 'documents-served',
    open: ({ cluster }) => Stage.open(cluster, { apis: 1 }),
    prove: ({ stage }) => documentsAreServed(stage),
  },
];
