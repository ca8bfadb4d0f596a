import { newId } from '../../common/crypto.js';
import { startStoredWorld, type StoredWorld } from '../../../test/support/stored.js';
import { freshEmail, freshPhone } from '../../../test/support/world.js';
import { PeopleNames } from './people-names.service.js';

let world: StoredWorld;
let names: PeopleNames;

beforeAll(async () => {
  world = await startStoredWorld();
  names = new PeopleNames(world.database);
});

afterAll(() => world.close());

async function somebody(columns: Readonly<Record<string, string>>): Promise<string> {
  const row = { id: newId(), ...columns };
  const places = Object.keys(row).map((_, index) => `$${index + 1}`);
  await world.sql(`INSERT INTO users (${Object.keys(row).join()}) VALUES (${places.join()})`, Object.values(row));
  return row.id;
}

describe('What staff know people by', () => {
  it('is the name, else the username, else the contact, masked', async () => {
    const phone = freshPhone();
    const [named, called, bare, written] = [
      await somebody({ first_name: 'Anna', last_name: 'Ivanova', username: 'anna_names', phone: freshPhone() }),
      await somebody({ username: 'boris_names', phone: freshPhone() }),
      await somebody({ phone }),
      await somebody({ email: freshEmail() }),
    ];
    const known = await names.of([named, called, bare, written, named]);
    expect([named, called, bare, written].map((id) => known.get(id))).toEqual([
      'Anna Ivanova',
      'boris_names',
      `+7 *** ***-**-${phone.slice(-2)}`,
      'v***@example.com',
    ]);
  });

  it('is nothing for whoever was deleted, or never was', async () => {
    const deleted = await somebody({ status: 'deleted', first_name: 'Anna' });
    expect(await names.of([deleted, newId(), null, undefined])).toEqual(new Map());
  });
});
