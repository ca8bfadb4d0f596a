import { Client } from 'pg';
import { ServicesWorld } from '../../../test/support/services.js';
import { newId } from '../../common/crypto.js';
import { DatabaseConfig } from '../../config/config.js';
import { Database } from '../../platform/database/database.js';
import { brief, statement } from '../../platform/database/statement.js';
import { Events } from '../../platform/events/events.js';
import { PersonErased } from '../users/users.events.js';
import { AuditModule } from './audit.module.js';
import { AuditService } from './audit.service.js';

const WAIT = brief(statement('spec.wait', 'SELECT pg_advisory_xact_lock(1)'));

let world: ServicesWorld;
let other: Client;

beforeAll(async () => {
  // So few that one of them is shared.
  world = await ServicesWorld.start([AuditModule], { DATABASE_POOL: '4' });
  other = new Client(world.get(DatabaseConfig).url);
  await other.connect();
});

afterAll(async () => {
  await other.end();
  await world.close();
});

it('Whoever is deleted does not wait for those who wait for the deletion', async () => {
  const [personId, database] = [newId(), world.get(Database)];
  await other.query('SELECT pg_advisory_lock(1)');
  const waiting = database.run(WAIT, []);
  world.get(AuditService).note({ action: 'auth.signed_in', subjectId: personId, address: '203.0.113.77' });
  await database.transaction(() => world.get(Events).publish(new PersonErased(personId, [])));
  expect(await world.entriesAbout(personId)).toMatchObject([{ action: 'auth.signed_in', address: null }]);
  await other.query('SELECT pg_advisory_unlock(1)');
  await waiting;
});
