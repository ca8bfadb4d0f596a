import { ServicesWorld } from '../../../test/support/services.js';
import type { Person } from '../users/users.service.js';
import { Database } from '../../platform/database/database.js';
import { UsersModule } from '../users/users.module.js';
import { UsersService } from '../users/users.service.js';
import { NoticesModule } from './notices.module.js';
import { Notices } from './notices.service.js';

let world: ServicesWorld;

beforeAll(async () => {
  // An hour may have 8 SMS.
  world = await ServicesWorld.start([UsersModule, NoticesModule], { SMS_DAILY_BUDGET: '64' });
  await world.clock.goToNextHour();
});

beforeEach(() => world.sql('TRUNCATE sms_budget, rate_limits, messages, outbox'));

afterAll(() => world.close());

async function somebody(columns: Parameters<ServicesWorld['aPerson']>[0] = {}): Promise<Person> {
  return world.get(UsersService).get(await world.aPerson(columns));
}

const tell = (person: Person) => world.get(Notices).tell(person, 'password-changed');
const told = async (person: Person) => (await world.noticesTo(person.id)).length;

describe('Notices by SMS', () => {
  it('are five an hour to a phone, whatever happens to the account, and ten a day', async () => {
    const person = await somebody();
    const counts: number[] = [];
    for (let hour = 0; hour < 3; hour += 1) {
      for (let time = 0; time < 7; time += 1) await tell(person);
      counts.push(await told(person));
      await world.clock.advance('1 h');
    }
    expect(counts).toEqual([5, 10, 10]);
  });

  it('are no more than that also when all is done at once', async () => {
    const person = await somebody();
    const database = world.get(Database);
    await Promise.all(Array.from({ length: 8 }, () => database.transaction(() => tell(person))));
    expect(await told(person)).toBe(5);
  });

  it('are spent from the budget, and left out when it has none left', async () => {
    const people = await Promise.all(Array.from({ length: 10 }, () => somebody()));
    for (const person of people) await tell(person);
    const counts = await Promise.all(people.map(told));
    expect(counts).toEqual([...Array<number>(8).fill(1), 0, 0]);
  });

  it('are not counted when what they tell of did not happen', async () => {
    const person = await somebody();
    const failing = () =>
      world.get(Database).transaction(async () => {
        await tell(person);
        throw new Error('it did not happen');
      });
    for (let time = 0; time < 6; time += 1) await expect(failing()).rejects.toThrow('it did not happen');
    await tell(person);
    expect(await told(person)).toBe(1);
    expect(await world.sql('SELECT sum(spent)::int AS spent FROM sms_budget')).toEqual([{ spent: 1 }]);
  });
});

describe('Notices by e-mail', () => {
  it('cost nothing and are not counted', async () => {
    const person = await somebody({ email: world.freshEmail() });
    for (let time = 0; time < 12; time += 1) await tell(person);
    expect(await told(person)).toBe(12);
    expect(await world.sql('SELECT FROM sms_budget')).toEqual([]);
  });
});
