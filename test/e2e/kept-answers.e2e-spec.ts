import type { Answer, Profile } from '../support/api.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { plain } from '../support/pictures.js';
import { World } from '../support/world.js';

const STRONG_TAG = /^"[\w-]{22}"$/;

describe('An answer that may be kept', () => {
  let app: TestApp;
  let world: World;
  let avatar: string;

  beforeAll(async () => {
    app = await startTestApp();
    world = new World(app);
    avatar = await anAvatar('#ff0000');
  });

  afterAll(() => app.close());

  async function anAvatar(colour: string): Promise<string> {
    const { api } = await world.aUser();
    const picture = new Blob([new Uint8Array(await plain(40, 40, colour).png().toBuffer())], { type: 'image/png' });
    const { body }: Answer<Profile> = await api.upload('/api/v1/users/me/avatar', picture);
    return String(body.avatarUrl);
  }

  const ask = (path: string, kept?: string | null) =>
    world
      .aVisitor()
      .api.with(kept ? { 'If-None-Match': kept } : {})
      .get(path);
  const tagOf = async (path: string) => (await ask(path)).headers.get('etag') ?? '';

  describe.each([
    ['a picture', () => avatar, /^public, max-age=31536000, immutable$/],
    ['the public keys', () => '/.well-known/jwks.json', /^public, max-age=300$/],
  ])('%s', (_, pathOf, lifetime) => {
    it('has a tag that stays the same while it does', async () => {
      expect(await tagOf(pathOf())).toMatch(STRONG_TAG);
      expect(await tagOf(pathOf())).toBe(await tagOf(pathOf()));
    });

    it('is not sent again to whoever keeps it, also by another name of the same tag', async () => {
      const tag = await tagOf(pathOf());
      for (const kept of [tag, `W/${tag}`, `"another", ${tag}`, '*']) {
        const { status, text, headers } = await ask(pathOf(), kept);
        expect([status, text]).toEqual([304, '']);
        expect(headers.get('etag')).toBe(tag);
        expect(headers.get('cache-control')).toMatch(lifetime);
      }
    });

    it('is sent to whoever keeps another one', async () => {
      const { status, text } = await ask(pathOf(), '"qT0JvJ0fXkR2m1c9VbN3xA"');
      expect(status).toBe(200);
      expect(text).not.toBe('');
    });
  });

  it('has another tag when it is another one', async () => {
    expect(await tagOf(await anAvatar('#0000ff'))).not.toBe(await tagOf(avatar));
  });

  it('is none that is for one person: it has no tag, and is sent whatever they keep', async () => {
    const { api } = await world.aUser();
    const { status, headers } = await api.with({ 'If-None-Match': '*' }).get('/api/v1/users/me');
    expect([status, headers.get('etag'), headers.get('cache-control')]).toEqual([200, null, 'no-store']);
  });

  it('is none that does not exist', async () => {
    const { status, headers } = await ask(`${avatar.slice(0, -3)}xyz`, '*');
    expect([status, headers.get('etag'), headers.get('cache-control')]).toEqual([404, null, 'no-store']);
  });
});
