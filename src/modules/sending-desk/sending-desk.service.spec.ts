import { ServicesWorld } from '../../../test/support/services.js';
import { newId } from '../../common/crypto.js';
import { AuditService } from '../audit/audit.service.js';
import { SendingDeskModule } from './sending-desk.module.js';
import { SendingDesk } from './sending-desk.service.js';

let world: ServicesWorld;
let desk: SendingDesk;

beforeAll(async () => {
  world = await ServicesWorld.start([SendingDeskModule]);
  desk = world.get(SendingDesk);
});

afterEach(() => jest.restoreAllMocks());

afterAll(() => world.close());

const entries = () =>
  world.sql<object>(
    `SELECT actor_id AS actor, subject_id AS subject, masked_address AS address, details FROM audit_entries
     WHERE action = 'messages.sending_changed' ORDER BY id`,
  );

describe('Turning the switch for SMS', () => {
  it('is written down with who did it, and without the reason, which may name anybody', async () => {
    const actorId = newId();
    const reason = 'Ann +79120000000 asked for it';
    const state = await desk.turn({ enabled: false, reason }, { actorId, address: '203.0.113.77' });
    expect(state).toMatchObject({ channel: 'sms', enabled: false, reason, changedBy: actorId });
    expect(await desk.turn({ enabled: true }, 'cli')).toMatchObject({ enabled: true, reason: null, changedBy: null });
    expect(await desk.state()).toMatchObject({ enabled: true });
    expect(await entries()).toEqual([
      { actor: actorId, subject: null, address: '203.0.113.*', details: { channel: 'sms', enabled: false } },
      { actor: null, subject: null, address: null, details: { channel: 'sms', enabled: true, by: 'cli' } },
    ]);
  });

  it('is undone when it cannot be written down', async () => {
    jest.spyOn(world.get(AuditService), 'record').mockRejectedValueOnce(new Error('no disk'));
    await expect(desk.turn({ enabled: false }, 'cli')).rejects.toThrow('no disk');
    expect(await desk.state()).toMatchObject({ enabled: true });
  });
});
