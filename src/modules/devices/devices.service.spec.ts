import { SessionsWorld } from '../../../test/support/sessions-world.js';
import { startStoredWorld, type StoredWorld } from '../../../test/support/stored.js';
import { SessionNotFound } from '../sessions/sessions.errors.js';
import type { Principal } from '../sessions/sessions.service.js';
import { DevicesService } from './devices.service.js';

let stored: StoredWorld;
let world: SessionsWorld;
let devices: DevicesService;

beforeAll(async () => {
  stored = await startStoredWorld();
});

beforeEach(() => {
  world = new SessionsWorld(stored);
  devices = new DevicesService(stored.database, world.sessions, world.audit);
});

afterAll(() => stored.close());

describe('The list of a person’s devices', () => {
  it('names each device, and shows nothing else of its user agent', async () => {
    const { personId, ids } = await world.aPersonWithSessions(2);
    const userAgent = 'Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0';
    await stored.sql('UPDATE sessions SET user_agent = $2 WHERE id = $1', [ids[0], userAgent]);
    const list = await devices.list(personId, ids[1] ?? '');
    expect(list.map(({ id, device, current }) => [id, device, current])).toEqual([
      [ids[1], null, true],
      [ids[0], 'Firefox on Linux', false],
    ]);
    expect(list[0]).not.toHaveProperty('userAgent');
  });
});

describe('A person who ends sessions', () => {
  const address = '203.0.113.7';
  const principal = (personId: string, sessionId = '') => ({ sessionId, person: { id: personId } }) as Principal;

  it('is written down', async () => {
    const { personId, ids } = await world.aPersonWithSessions(3);
    const by = principal(personId, ids[0]);
    await devices.endDevice(ids[1] ?? '', { by, address });
    await devices.endOtherDevices({ by, address });
    expect(await world.endReasons(personId)).toEqual([null, 'ended', 'others_ended']);
    const whom = { actorId: personId, subjectId: personId, address };
    expect(world.written).toEqual([
      { action: 'sessions.ended', ...whom },
      { action: 'sessions.others_ended', ...whom, details: { count: 1 } },
    ]);
  });

  it('does not reach those of others', async () => {
    const { personId, sessionId } = await world.aPersonWithSession();
    const by = principal(await world.aPerson());
    await expect(devices.endDevice(sessionId, { by, address })).rejects.toThrow(SessionNotFound);
    expect(await world.endReasons(personId)).toEqual([null]);
    expect(world.written).toEqual([]);
  });
});
