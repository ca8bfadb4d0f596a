import { ExplainingDatabase } from '../../../test/support/explaining-database.js';
import { CHAIN, codeOf, growTree, idOf, LONERS, POPULAR } from '../../../test/support/grown-tree.js';
import { limits } from '../../../test/support/limits.js';
import { releasedContacts } from '../../../test/support/retention.js';
import { newId } from '../../common/crypto.js';
import { RootKey } from '../../platform/root-key/root-key.js';
import type { Database } from '../../platform/database/database.js';
import { Events } from '../../platform/events/events.js';
import { RateLimiter } from '../../platform/rate-limit/rate-limiter.js';
import { UsersService } from '../users/users.service.js';
import { Redemptions } from './redemptions.service.js';

/** Less than the way from the last of the chain to its root, of which each step reads two blocks at least. */
const HARDLY_ANYTHING = CHAIN.last - CHAIN.first;
/** So often PostgreSQL plans the statements in functions anew, and reads what it needs for that. */
const WARM_AFTER = 6;
const NETWORK = '203.0.113.0/24';

let explaining: ExplainingDatabase;
let redemptions: Redemptions;
let users: UsersService;

beforeAll(async () => {
  explaining = await ExplainingDatabase.open();
  await growTree(explaining, 0, 100);
  const database = explaining as unknown as Database;
  const [events, root] = [new Events(), new RootKey(newId())];
  const released = releasedContacts(database, events, root);
  redemptions = new Redemptions(database, new RateLimiter(database, root), released, events, limits, root);
  users = new UsersService(database, released);
});

afterAll(() => explaining.close());

const find = (person: number, owner: number) =>
  redemptions.find(codeOf(owner), { network: NETWORK, personId: idOf(person) });
const costOfFinding = (person: number, owner: number) => explaining.costOf(() => find(person, owner));

async function costOfRedeeming(id: number, owner: number): Promise<number> {
  const [person, found] = [await users.get(idOf(id)), await find(id, owner)];
  return explaining.costOf(() => redemptions.redeem(person, found, { via: 'typed', network: NETWORK }));
}

describe('The way up from the owner of a code', () => {
  it('is not gone for whoever has invited nobody', async () => {
    for (let n = 0; n < WARM_AFTER; n += 1) await find(LONERS[0], CHAIN.root);
    const [finding, long] = [await costOfFinding(LONERS[0], CHAIN.root), await costOfFinding(POPULAR, CHAIN.last)];
    expect(long).toBeGreaterThan(finding + HARDLY_ANYTHING);
    expect(await costOfFinding(LONERS[0], CHAIN.last)).toBeLessThan(finding + HARDLY_ANYTHING);
  });

  it('is not gone either when they activate it', async () => {
    await costOfRedeeming(LONERS[0], CHAIN.root);
    const redeeming = await costOfRedeeming(LONERS[1], CHAIN.root);
    expect(await costOfRedeeming(LONERS[2], CHAIN.last)).toBeLessThan(redeeming + HARDLY_ANYTHING);
    expect(await costOfRedeeming(POPULAR, CHAIN.last)).toBeGreaterThan(redeeming + HARDLY_ANYTHING);
  });
});
