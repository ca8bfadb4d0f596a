import { avatarsIn } from '../../../test/support/avatars.js';
import { eventually } from '../../../test/support/eventually.js';
import { plain } from '../../../test/support/pictures.js';
import { startStoredWorld, type StoredWorld } from '../../../test/support/stored.js';
import { newId } from '../../common/crypto.js';
import type { Events } from '../../platform/events/events.js';
import { RateLimiter } from '../../platform/rate-limit/rate-limiter.js';
import { User } from '../users/user.entity.js';
import { PersonErased } from '../users/users.events.js';
import { Avatar } from './avatar.entity.js';
import type { AvatarsService } from './avatars.service.js';

describe('The picture of a person who is erased', () => {
  let world: StoredWorld;
  let events: Events;
  let avatars: AvatarsService;

  beforeAll(async () => {
    world = await startStoredWorld([User, Avatar]);
    ({ avatars, events } = avatarsIn(world));
    avatars.onModuleInit();
  });

  afterAll(() => world.close());

  const picture = () => plain(10, 10).png().toBuffer();

  async function aPerson(): Promise<string> {
    const id = newId();
    await world.sql('INSERT INTO users (id) VALUES ($1)', [id]);
    return id;
  }

  async function aPersonWithPicture() {
    const id = await aPerson();
    const { avatarId } = await avatars.replace(id, picture);
    return { id, avatarId: avatarId ?? '' };
  }

  it('is forgotten in the same transaction', async () => {
    const { id, avatarId } = await aPersonWithPicture();
    const other = await aPersonWithPicture();
    await world.database.transaction(() => events.publish(new PersonErased(id, [])));
    await expect(avatars.read(avatarId)).rejects.toThrow('avatars.not_found');
    expect(await avatars.read(other.avatarId)).toBeInstanceOf(Buffer);
  });

  it('stays when the erasure fails', async () => {
    const { id, avatarId } = await aPersonWithPicture();
    const failing = world.database.transaction(async () => {
      await events.publish(new PersonErased(id, []));
      throw new Error('later');
    });
    await expect(failing).rejects.toThrow('later');
    expect(await avatars.read(avatarId)).toBeInstanceOf(Buffer);
  });

  it('is not stored when it arrives after that', async () => {
    const id = await aPerson();
    const late = avatars.replace(id, async () => {
      await world.sql(`UPDATE users SET status = 'deleted' WHERE id = $1`, [id]);
      return picture();
    });
    await expect(late).rejects.toThrow('users.not_found');
    expect(await world.sql('SELECT id FROM avatars WHERE user_id = $1', [id])).toEqual([]);
  });
});

describe('Pictures of many people at once', () => {
  // Connections to the database would have them come one after the other.
  beforeEach(() => {
    jest.spyOn(RateLimiter.prototype, 'take').mockResolvedValue(undefined);
  });

  afterEach(() => jest.restoreAllMocks());

  it('are read sixteen at a time, so that memory has a bound', async () => {
    const world = await startStoredWorld([User, Avatar]);
    const { avatars } = avatarsIn(world);
    const reading = { now: 0, most: 0 };
    let arrive: () => void = () => undefined;
    const arrived = new Promise<void>((resolve) => (arrive = resolve));
    const read = async () => {
      reading.now += 1;
      reading.most = Math.max(reading.most, reading.now);
      await arrived;
      reading.now -= 1;
      return Buffer.alloc(0);
    };
    let refused = 0;
    const countRefusal = (error: unknown) => {
      refused += 1;
      throw error;
    };
    const answers = Promise.allSettled(
      Array.from({ length: 90 }, () => avatars.replace(newId(), read).catch(countRefusal)),
    );
    await eventually(async () => expect([reading.now, refused]).toEqual([16, 10]));
    arrive();
    const codes = (await answers).map((answer) => answer.status === 'rejected' && (answer.reason as Error).message);
    expect(reading.most).toBe(16);
    // Sixteen, and sixty-four in line; the rest is refused at once.
    expect(codes.filter((code) => code === 'avatars.type_unsupported')).toHaveLength(80);
    expect(codes.filter((code) => code === 'avatars.busy')).toHaveLength(10);
    await world.close();
  });
});
