import { get, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { startTestApp, type TestApp } from '../support/app.js';
import { makeInvited } from '../support/invited.js';
import { StatementCost } from '../support/statement-cost.js';
import { bearer, type User, World } from '../support/world.js';

const EDGES = 20_000;
/** The last one is empty. */
const PAGES = EDGES / 1_000 + 1;

/** So many, and with such names, that no connection holds them all. */
describe('Exporting twenty thousand referrals', () => {
  const cost = new StatementCost();
  let app: TestApp;
  let moderator: User;

  beforeAll(async () => {
    app = await startTestApp();
    const world = new World(app);
    moderator = await world.aModerator();
    const inviter = await world.aUser();
    await inviter.api.changeProfile({ firstName: 'Я'.repeat(100), lastName: 'Ю'.repeat(100) });
    await makeInvited(app, inviter.id, EDGES);
    cost.listen();
  }, 60_000);

  beforeEach(() => cost.reset());

  afterAll(async () => {
    cost.stop();
    await app.close();
  });

  /** An export of which the client takes nothing yet but its headers. */
  const begun = (): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const headers = bearer(moderator.tokens.accessToken);
      get(`${app.url}/api/v1/referrals/export.csv`, { headers, agent: false }, resolve).on('error', reject);
    });

  const linesOf = (csv: string): string[] => csv.split('\r\n').slice(1, -1);
  const pagesRead = () => cost.statements.filter((sql) => /FROM referrals WHERE \(activated_at/.test(sql)).length;

  it('has them all, each once', async () => {
    const ids = linesOf(await text(await begun())).map((line) => line.split(',')[6]);
    expect(ids).toHaveLength(EDGES);
    expect(new Set(ids).size).toBe(EDGES);
  });

  it('reads no more than the client takes, and goes on when the client does', async () => {
    const slow = await begun();
    expect(linesOf(await text(await begun()))).toHaveLength(EDGES);
    expect(pagesRead()).toBeLessThan(2 * PAGES);
    expect(linesOf(await text(slow))).toHaveLength(EDGES);
    expect(pagesRead()).toBe(2 * PAGES);
  }, 60_000);

  it('reads no more once the client has left', async () => {
    const leaving = await begun();
    leaving.on('error', () => undefined).destroy();
    expect(linesOf(await text(await begun()))).toHaveLength(EDGES);
    expect(pagesRead()).toBeLessThan(2 * PAGES);
  });

  it('breaks the connection where it fails, so that a part is not taken for the whole', async () => {
    const failing = await begun();
    await app.sql('ALTER TABLE referrals RENAME TO referrals_away');
    await expect(text(failing)).rejects.toThrow('aborted');
    await app.sql('ALTER TABLE referrals_away RENAME TO referrals');
    expect(app.lines.filter((line) => line.includes('an export broke off'))).toHaveLength(1);
    expect(linesOf(await text(await begun()))).toHaveLength(EDGES);
  }, 60_000);
});
