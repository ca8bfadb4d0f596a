import { avatarsIn } from '../../../test/support/avatars.js';
import { plain } from '../../../test/support/pictures.js';
import { startStoredWorld, type StoredWorld } from '../../../test/support/stored.js';
import { newId } from '../../common/crypto.js';
import { User } from '../users/user.entity.js';
import type { UsersService } from '../users/users.service.js';
import { Avatar } from './avatar.entity.js';
import { AvatarNotFound, PicturesBusy, TooManyPictures } from './avatars.errors.js';
import type { AvatarsService } from './avatars.service.js';

let world: StoredWorld;
let users: UsersService;
let avatars: AvatarsService;

beforeAll(async () => {
  world = await startStoredWorld([User, Avatar]);
  ({ avatars, users } = avatarsIn(world));
});

afterAll(() => world.close());

const picture = () => plain(10, 10).png().toBuffer();

async function aPerson(): Promise<string> {
  const id = newId();
  await world.sql('INSERT INTO users (id) VALUES ($1)', [id]);
  return id;
}

/** A file that comes when it is told to. */
function slowFile() {
  let arrive = () => {};
  let begin = () => {};
  const arrived = new Promise<void>((resolve) => (arrive = resolve));
  const begun = new Promise<void>((resolve) => (begin = resolve));
  const read = () => {
    begin();
    return arrived.then(picture);
  };
  return { read, arrive, begun };
}

describe('The uploads of a person', () => {
  it('are two at a time, and again once one has ended, however it ended', async () => {
    const id = await aPerson();
    const files = [slowFile(), slowFile()];
    const uploads = files.map(({ read }) => avatars.replace(id, read));
    await Promise.all(files.map(({ begun }) => begun));
    await expect(avatars.replace(id, picture)).rejects.toBeInstanceOf(PicturesBusy);
    expect(await avatars.replace(await aPerson(), picture)).toHaveProperty('avatarId');
    files[0]?.arrive();
    await uploads[0];
    await expect(avatars.replace(id, () => Promise.reject(new Error('cut off')))).rejects.toThrow('cut off');
    const third = slowFile();
    const last = avatars.replace(id, third.read);
    await third.begun;
    await expect(avatars.replace(id, picture)).rejects.toBeInstanceOf(PicturesBusy);
    for (const { arrive } of [...files, third]) arrive();
    await Promise.all([...uploads, last]);
    expect(await avatars.replace(id, picture)).toHaveProperty('avatarId');
  });

  it('are only so many an hour', async () => {
    const id = await aPerson();
    const refused: unknown[] = [];
    for (let upload = 0; upload < 40; upload += 1)
      await avatars.replace(id, picture).catch((error: unknown) => refused.push(error));
    expect(refused[0]).toBeInstanceOf(TooManyPictures);
    expect(await avatars.replace(await aPerson(), picture)).toHaveProperty('avatarId');
  });
});

describe('A picture that its owner takes away', () => {
  it('is gone, and the profile shows none', async () => {
    const id = await aPerson();
    const { avatarId } = await avatars.replace(id, picture);
    await avatars.remove(id);
    await expect(avatars.read(avatarId ?? '')).rejects.toBeInstanceOf(AvatarNotFound);
    expect(await users.get(id)).toMatchObject({ avatarId: null });
  });
});
