import { randomUUID } from 'node:crypto';
import type { Answer } from '../support/api.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { World } from '../support/world.js';

/** The ways in which a code could lie in a text or in bytes. */
const formsOf = (code: string): string[] => [
  code,
  Buffer.from(code).toString('hex'),
  Buffer.from(code).toString('base64').replace(/=+$/, ''),
  [...code].reverse().join(''),
];

describe('A code', () => {
  let app: TestApp;
  let world: World;
  const codes: string[] = [];
  const answers: string[] = [];

  const note = <Body>(answer: Answer<Body>): Answer<Body> => {
    answers.push(answer.text, JSON.stringify([...answer.headers]));
    return answer;
  };

  /** Everything a code may go through, at the loudest level of the log. */
  beforeAll(async () => {
    app = await startTestApp({ OTP_LENGTH: '8', LOG_LEVEL: 'trace' });
    world = new World(app);
    const key = { 'idempotency-key': randomUUID() };
    const visitor = world.aVisitor();
    note(await visitor.requestCode(key));
    codes.push(await visitor.readCode());
    note(await visitor.requestCode(key));
    note(await visitor.guessWrong());
    await app.advance('61 s');
    note(await visitor.resendCode());
    codes.push(await visitor.readCode());
    note(await visitor.verify(codes[0] ?? ''));
    note(await visitor.verify(`${codes[1]}1`));
    note(await visitor.api.send('/api/v1/auth/otp/verify', { method: 'POST', body: `{"code":"${codes[1]}"` }));
    note(await visitor.verify(codes[1] ?? '', key));
    note(await visitor.verify(codes[1] ?? '', key));
    note(await visitor.verify(codes[1] ?? ''));
    note(await visitor.api.statusOf(visitor.challengeId));
    note(await visitor.api.get('/metrics'));
    // One that stays open, and one whose message the courier still holds.
    const another = world.aVisitor();
    note(await another.requestCode());
    codes.push(await another.readCode());
  });

  afterAll(() => app.close());

  const needles = () => codes.flatMap(formsOf);

  it('has eight digits here, and there are three of them', () => {
    expect(codes).toHaveLength(3);
    for (const code of codes) expect(code).toMatch(/^\d{8}$/);
  });

  it('is in no line of the log', () => {
    const log = app.lines.join('\n');
    expect(log).toContain('/api/v1/auth/otp/verify');
    for (const needle of needles()) expect(log).not.toContain(needle);
  });

  it('is in no answer but the inbox’s', () => {
    expect(answers.length).toBeGreaterThan(20);
    for (const needle of needles()) expect(answers.join('\n')).not.toContain(needle);
  });

  it('is in no column of any table', async () => {
    const columns = await app.sql<{ table: string; column: string; type: string }>(
      `SELECT table_name AS table, column_name AS column, data_type AS type
       FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
       WHERE table_schema NOT IN ('pg_catalog', 'information_schema') AND table_type = 'BASE TABLE'`,
    );
    expect(columns.length).toBeGreaterThan(50);
    for (const { table, column, type } of columns) {
      // bytea as text is its hexadecimal form; `escape` shows what is readable in it.
      const readable = type === 'bytea' ? `"${column}"::text || encode("${column}", 'escape')` : `"${column}"::text`;
      const rows = await app.sql<{ value: string | null }>(`SELECT ${readable} AS value FROM "${table}"`);
      const stored = rows.map(({ value }) => value).join('\n');
      const found = needles().filter((needle) => stored.includes(needle));
      expect({ table, column, found }).toEqual({ table, column, found: [] });
    }
  });
});

describe('A phone', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startTestApp();
  });

  afterAll(() => app.close());

  it('is in no line of the log, also where a query string carried it', async () => {
    const visitor = new World(app).aVisitor();
    await visitor.requestCode();
    await visitor.requestCode();
    const user = visitor.verify(await visitor.readCode());
    expect(await user).toMatchObject({ status: 201 });
    await visitor.api.latestMessage(`to=${visitor.phone}`);
    await visitor.api.get(`/api/v1/nowhere?phone=${encodeURIComponent(visitor.phone)}`);
    const log = app.lines.join('\n');
    expect(log).toContain('/api/v1/qa/messages/latest');
    expect(log).not.toContain(visitor.phone.slice(2));
    expect(log).not.toContain((await user).body.accessToken);
    expect(log).not.toContain((await user).body.refreshToken);
    expect(log).not.toContain(visitor.challengeId);
  });
});
