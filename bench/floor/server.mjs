import {
  createHash,
  createHmac,
  generateKeyPairSync,
  randomBytes,
  randomInt,
  randomUUID,
  sign,
  verify,
} from 'node:crypto';
import { Agent, createServer, request } from 'node:http';
import pg from 'pg';
import * as Statements from './statements.mjs';

/**
 * The least that can be done: HTTP and SQL, the fewest statements that still do it safely, each prepared. No framework, no validation, no
 * limits, no queue: a message is lost when the process dies. Whatever offers more is slower; by how much is the price of what it offers.
 *
 *     node server.mjs <port> <database url> <gateway url>
 */
const [port, databaseUrl, gateway] = process.argv.slice(2);
const pool = new pg.Pool({ connectionString: databaseUrl, max: 10 });
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const HEADER = Buffer.from('{"alg":"ES256","typ":"at+jwt"}').toString('base64url');
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const pepper = randomBytes(32);
const UNIQUE_VIOLATION = '23505';
const agent = new Agent({ keepAlive: true, maxSockets: 64 });

const run = async (statement, ...values) => (await pool.query({ ...statement, values })).rows;
const sha256 = (secret) => createHash('sha256').update(secret).digest();
const hashOf = (phone, code) => createHmac('sha256', pepper).update(`${phone}:${code}`).digest();
const inviteCode = () => Array.from(randomBytes(6), (byte) => ALPHABET[byte & 31]).join('');

function tokenOf(person) {
  const claims = Buffer.from(JSON.stringify({ sub: person, exp: Date.now() / 1_000 + 900 })).toString('base64url');
  const signed = Buffer.from(`${HEADER}.${claims}`);
  return `${signed}.${sign('sha256', signed, { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
}

function personOf({ authorization }) {
  const token = authorization.slice('Bearer '.length);
  const [header, claims, signature] = token.split('.');
  const [signed, key] = [Buffer.from(`${header}.${claims}`), { key: publicKey, dsaEncoding: 'ieee-p1363' }];
  if (!verify('sha256', signed, key, Buffer.from(signature, 'base64url'))) throw new Error('the token is wrong');
  const { sub, exp } = JSON.parse(Buffer.from(claims, 'base64url'));
  if (exp < Date.now() / 1_000) throw new Error('the token is old');
  return sub;
}

/** Never waited for. */
function deliver(message) {
  const body = JSON.stringify(message);
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  const sent = request(gateway, { method: 'POST', agent, headers }, (response) => response.resume());
  sent.on('error', () => undefined);
  sent.end(body);
}

const ROUTES = {
  async '/request'({ body: { phone } }) {
    const code = String(randomInt(10_000)).padStart(4, '0');
    await run(Statements.ISSUE, phone, hashOf(phone, code));
    deliver({ number: phone.slice(1), text: `Code ${code}` });
    return {};
  },
  async '/verify'({ body: { phone, code } }) {
    const refresh = randomBytes(32);
    const redeem = () =>
      run(Statements.REDEEM, phone, hashOf(phone, code), randomUUID(), inviteCode(), randomUUID(), sha256(refresh));
    // Among a hundred thousand people some draw the invite code of somebody else.
    const [row] = await redeem().catch((error) => (error.code === UNIQUE_VIOLATION ? redeem() : Promise.reject(error)));
    if (!row) throw new Error('the code is wrong');
    return { token: tokenOf(row.person), refresh: refresh.toString('base64url'), inviteCode: row.invite_code };
  },
  async '/me'({ headers }) {
    return (await run(Statements.ME, personOf(headers)))[0];
  },
  async '/refresh'({ body }) {
    const next = randomBytes(32);
    const [row] = await run(Statements.REFRESH, sha256(Buffer.from(body.refresh, 'base64url')), sha256(next));
    if (!row) throw new Error('the token is wrong');
    return { token: tokenOf(row.person), refresh: next.toString('base64url') };
  },
  async '/activate'({ headers, body }) {
    const [row] = await run(Statements.ACTIVATE, personOf(headers), body.inviteCode);
    if (!row) throw new Error('the invite code is wrong');
    return row;
  },
  async '/invitees'({ headers, body }) {
    const items = await run(Statements.INVITEES, personOf(headers), body.before ?? null);
    return { items, next: items.length === 20 ? items.at(-1).ordinal : null };
  },
};

async function answer(asked, response, body) {
  let [status, text] = [200, ''];
  try {
    text = JSON.stringify(await ROUTES[asked.url]({ headers: asked.headers, body: body && JSON.parse(body) }));
  } catch (error) {
    [status, text] = [400, JSON.stringify({ error: error.message })];
  }
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  response.end(text);
}

await pool.query(Statements.SCHEMA);
createServer((asked, response) => {
  let body = '';
  asked.setEncoding('utf8').on('data', (chunk) => (body += chunk));
  asked.on('end', () => void answer(asked, response, body));
}).listen(Number(port), '127.0.0.1', () => process.send?.('ready'));
