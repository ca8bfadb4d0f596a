import { startTestApp, type TestApp } from '../support/app.js';
import { World } from '../support/world.js';

/** What each label may say; a label that is not here is one that nobody has thought about. */
const LABELS: Readonly<Record<string, RegExp>> = {
  action: /^[a-z]+\.[a-z_]+$/,
  at: /^(sign_in|account)$/,
  block: /^\+\d+\*{4}$/,
  by: /^(code|password|cli|none)$/,
  channel: /^(sms|email)$/,
  failure: /^[a-z_]+$/,
  kind: /^[a-z]+$/,
  le: /^([\d.e+-]+|\+Inf)$/,
  method: /^[A-Z]+$/,
  node: /^v[\d.]+$/,
  outcome: /^[a-z_]+$/,
  part: /^[A-Za-z]+$/,
  provider: /^(console|sms-aero|file|smtp|none)$/,
  queue: /^[a-z]+$/,
  reason: /^[a-z-]+$/,
  region: /^([A-Z]{2}|none)$/,
  route: /^(\/|\(none\)$)[A-Za-z0-9_\-/.:*]*$/,
  space: /^[a-z_]+$/,
  state: /^[a-z]+$/,
  status: /^[1-5]xx$/,
  table: /^[a-z_]+$/,
  task: /^[a-z._-]+$/,
  type: /^[A-Za-z]+$/,
  version: /^[\dv.a-z-]+$/,
};
/** What the library gives the version of Node.js in. */
const OF_THE_VERSION = ['major', 'minor', 'patch'];

describe('The metrics after a tour of requests', () => {
  let app: TestApp;
  let text: string;
  let secrets: string[];

  beforeAll(async () => {
    app = await startTestApp();
    const world = new World(app);
    const user = await world.aUser();
    const wrong = world.aVisitor();
    await wrong.requestCode();
    await wrong.verify('000000');
    const code = await wrong.readCode();
    await wrong.requestCode();
    await user.api.me();
    await user.api.get(`/api/v1/users/${user.tokens.user.id}`);
    await user.api.get(`/nowhere/${user.phone}?to=${encodeURIComponent(user.phone)}`);
    await app.delivered();
    text = await (async () => String((await user.api.get('/metrics')).body))();
    secrets = [user.phone.slice(1), user.tokens.user.id, user.tokens.accessToken, user.tokens.refreshToken];
    secrets.push(wrong.phone.slice(1), wrong.challengeId, `"${code}"`);
  });

  afterAll(() => app.close());

  it('tell of it: the codes, the sign-in, the wrong code, what was carried', () => {
    expect(text).toMatch(/latchkey_codes_total\{channel="sms",provider="console",region="RU",outcome="answered"\} 1\n/);
    expect(text).toMatch(/latchkey_audit_entries_total\{action="auth.registered",by="code"\} 1\n/);
    expect(text).toMatch(/latchkey_audit_entries_total\{action="auth.sign_in_failed",by="code"\} 1\n/);
    expect(text).toMatch(/latchkey_messages_total\{channel="sms",provider="console",state="sent"\} [2-9]\n/);
    expect(text).toMatch(/latchkey_message_pickup_seconds_count\{channel="sms"\} [2-9]\n/);
    expect(text).toMatch(/latchkey_outbox_oldest_seconds\{channel="sms"\} 0\n/);
    expect(text).toMatch(/latchkey_database_wait_seconds_count [1-9]/);
    expect(text).toMatch(/latchkey_database_connections\{state="limit"\} 5\n/);
  });

  it('hold no phone, code, token or id', () => {
    for (const secret of secrets) expect(text).not.toContain(secret);
    expect(text).not.toMatch(/\+\d{11}/);
    expect(text).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-7/);
  });

  it('have labels that say one of a few things', () => {
    const labels = [...text.matchAll(/[{,](\w+)="([^"]*)"/g)].map(
      ([, name = '', value = '']) => [name, value] as const,
    );
    expect(labels.length).toBeGreaterThan(100);
    const odd = labels.filter(([name, value]) => !OF_THE_VERSION.includes(name) && !LABELS[name]?.test(value));
    expect(odd).toEqual([]);
  });
});
