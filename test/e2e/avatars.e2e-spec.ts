import { connect } from 'node:net';
import sharp from 'sharp';
import type { Answer, Profile } from '../support/api.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { photo, plain, pngOf } from '../support/pictures.js';
import { type User, World } from '../support/world.js';

const NEVER_CHANGES = 'public, max-age=31536000, immutable';

describe('The picture of a person', () => {
  let app: TestApp;
  let world: World;

  beforeAll(async () => {
    app = await startTestApp();
    world = new World(app);
  });

  afterAll(() => app.close());

  /** Uploads it, whatever it is, as a picture. */
  const upload = ({ api }: User, picture: Buffer, type = 'image/png'): Promise<Answer<Profile>> =>
    api.upload('/api/v1/users/me/avatar', new Blob([new Uint8Array(picture)], { type }));
  const remove = ({ api }: User) => api.send('/api/v1/users/me/avatar', { method: 'DELETE' });
  /** What anybody gets at the address. */
  const shown = (url: string | null) => world.aVisitor().api.get(url ?? 'none');
  const imageAt = async (url: string | null) => (await shown(url)).bytes;
  const storedFor = ({ id }: User) => app.sql<{ id: string }>('SELECT id FROM avatars WHERE user_id = $1', [id]);
  const red = () => plain(400, 300, '#ff0000').png().toBuffer();
  const blue = () => plain(300, 400, '#0000ff').webp().toBuffer();

  it('is none at first', async () => {
    expect((await (await world.aUser()).api.me()).body.avatarUrl).toBeNull();
  });

  it('is shown in the profile once it is uploaded, and to everybody who knows its address', async () => {
    const user = await world.aUser();
    const { status, body } = await upload(user, await photo(), 'image/jpeg');
    expect(status).toBe(200);
    expect(body).toEqual({ ...user.tokens.user, avatarUrl: expect.any(String) as string });
    // 128 random bits.
    expect(body.avatarUrl).toMatch(/^\/api\/v1\/avatars\/[\w-]{22}$/);
    expect((await user.api.me()).body).toEqual(body);
    expect(await shown(body.avatarUrl)).toMatchObject({ status: 200 });
  });

  it('is served as WebP of 256 × 256 that never changes, may stand in any page and can do nothing there', async () => {
    const user = await world.aUser();
    const { avatarUrl } = (await upload(user, await red())).body;
    expect(Object.fromEntries((await shown(avatarUrl)).headers)).toMatchObject({
      'content-type': 'image/webp',
      'cache-control': NEVER_CHANGES,
      'cross-origin-resource-policy': 'cross-origin',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none';frame-ancestors 'none'",
    });
    const image = await imageAt(avatarUrl);
    expect(await sharp(image).metadata()).toMatchObject({ format: 'webp', width: 256, height: 256 });
  });

  it('holds nothing that the upload told about its place and its author', async () => {
    const user = await world.aUser();
    const { avatarUrl } = (await upload(user, await photo())).body;
    expect((await imageAt(avatarUrl)).toString('latin1')).not.toMatch(/Anna|EXIF/);
  });

  it('gives way to the next one, and its address with it', async () => {
    const user = await world.aUser();
    const first = (await upload(user, await red())).body.avatarUrl;
    const second = (await upload(user, await blue())).body.avatarUrl;
    expect(second).not.toBe(first);
    expect(await shown(first)).toMatchObject({ status: 404, body: { code: 'avatars.not_found' } });
    expect(await shown(second)).toMatchObject({ status: 200 });
    expect(await storedFor(user)).toHaveLength(1);
  });

  it('is gone at once when it is removed, and removing it again changes nothing', async () => {
    const user = await world.aUser();
    const { avatarUrl } = (await upload(user, await red())).body;
    expect(await remove(user)).toMatchObject({ status: 204, text: '' });
    expect((await user.api.me()).body.avatarUrl).toBeNull();
    expect(await shown(avatarUrl)).toMatchObject({ status: 404 });
    expect(await remove(user)).toMatchObject({ status: 204 });
    expect(await storedFor(user)).toEqual([]);
  });

  it('is the one that the profile names when several are uploaded at once', async () => {
    const user = await world.aUser();
    const pictures = await Promise.all([red(), blue()]);
    const answers = await Promise.all(pictures.map((picture) => upload(user, picture)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    const [stored, ...others] = await storedFor(user);
    expect(others).toEqual([]);
    expect((await user.api.me()).body.avatarUrl).toBe(`/api/v1/avatars/${stored?.id}`);
  });

  it('is one of two that a person may send at a time, so that others have a place', async () => {
    const [greedy, other] = [await world.aUser(), await world.aUser()];
    const picture = await red();
    const many = Promise.all(Array.from({ length: 20 }, () => upload(greedy, picture)));
    expect(await upload(other, picture)).toMatchObject({ status: 200 });
    const statuses = (await many).map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([200, 503]));
    expect(await upload(greedy, picture)).toMatchObject({ status: 200 });
  });

  it('is either there or not when it is uploaded and removed at once', async () => {
    const user = await world.aUser();
    const picture = await red();
    await Promise.all([upload(user, picture), remove(user), upload(user, picture), remove(user)]);
    const [stored] = await storedFor(user);
    expect((await user.api.me()).body.avatarUrl).toBe(stored ? `/api/v1/avatars/${stored.id}` : null);
  });

  it('is nobody else’s to change', async () => {
    const user = await world.aUser();
    const { avatarUrl } = (await upload(user, await red())).body;
    const stranger = world.aVisitor();
    const refused = await stranger.api.upload('/api/v1/users/me/avatar', new Blob(['x']));
    expect(refused).toMatchObject({ status: 401, body: { code: 'auth.unauthenticated' } });
    expect(await stranger.api.send('/api/v1/users/me/avatar', { method: 'DELETE' })).toMatchObject({ status: 401 });
    await remove(await world.aUser());
    expect(await shown(avatarUrl)).toMatchObject({ status: 200 });
  });

  it.each([
    ['unknown', 'AAAAAAAAAAAAAAAAAAAAAA', 404],
    ['of a person', '01920c9e-7f3a-7c1e-9a53-1f2e3d4c5b6a', 404],
    ['that leads elsewhere', '..%2f..%2fusers%2fme', 404],
    ['with a NUL', 'a%00', 422],
  ])('is not found under an id %s', async (_, id, status) => {
    expect(await world.aVisitor().api.get(`/api/v1/avatars/${id}`)).toMatchObject({ status });
  });

  it.each([
    ['an SVG', 415, 'avatars.type_unsupported', () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')],
    ['HTML with the type of an image', 415, 'avatars.type_unsupported', () => Buffer.from('<script>alert(1)</script>')],
    ['nothing', 415, 'avatars.type_unsupported', () => Buffer.alloc(0)],
    ['a GIF', 415, 'avatars.type_unsupported', () => plain(9, 9).gif().toBuffer()],
    ['half a picture', 422, 'avatars.picture_unreadable', async () => (await red()).subarray(0, 300)],
    ['a bomb', 422, 'avatars.too_many_pixels', () => pngOf([30_000, 30_000])],
    ['6 MB', 413, 'request.too_large', () => Buffer.alloc(6 * 1024 * 1024)],
  ])('is never %s: %i', async (_, status, code, make) => {
    const user = await world.aUser();
    const { avatarUrl } = (await upload(user, await red())).body;
    expect(await upload(user, await make())).toMatchObject({ status, body: { code } });
    expect((await user.api.me()).body.avatarUrl).toBe(avatarUrl);
    expect(await shown(avatarUrl)).toMatchObject({ status: 200 });
  });

  it('is known by its content, whatever type it says it has', async () => {
    const user = await world.aUser();
    expect(await upload(user, await blue(), 'text/html')).toMatchObject({ status: 200 });
  });

  it('comes in a form: JSON and bare files are unsupported types', async () => {
    const { api } = await world.aUser();
    for (const type of ['application/json', 'image/png']) {
      const answer = await api.send('/api/v1/users/me/avatar', {
        method: 'PUT',
        headers: { 'content-type': type },
        body: '{}',
      });
      expect(answer).toMatchObject({ status: 415, body: { code: 'request.unsupported_media_type' } });
    }
  });

  it('is in a form that can be read, under the name of it', async () => {
    const { api } = await world.aUser();
    const headers = { 'content-type': 'multipart/form-data; boundary=x' };
    const put = (body: string) => api.send('/api/v1/users/me/avatar', { method: 'PUT', headers, body });
    expect(await put('--x\r\nContent-Disposition')).toMatchObject({ status: 400, body: { code: 'request.malformed' } });
    expect(await put('--x--\r\n')).toMatchObject({ status: 422, body: { errors: [{ field: 'avatar' }] } });
  });

  it('can be changed thirty times an hour, whatever is sent', async () => {
    const user = await world.aUser();
    const nothing = Buffer.alloc(1);
    for (let count = 0; count < 30; count += 1) await upload(user, nothing);
    const refused = await upload(user, await red());
    expect(refused).toMatchObject({ status: 429, body: { code: 'avatars.too_many_pictures' } });
    expect(refused.headers.get('ratelimit-policy')).toBe('"avatar";q=30;w=3600');
    expect(await upload(await world.aUser(), await red())).toMatchObject({ status: 200 });
    await app.advance('1 h 1 s');
    const back = await world.aUser({ phone: user.phone });
    expect(await upload(back, await red())).toMatchObject({ status: 200 });
  });

  it('does not come with an upload that breaks off, and nobody has to wait for that', async () => {
    const user = await world.aUser();
    const port = Number(new URL(app.url).port);
    await Promise.all(Array.from({ length: 25 }, () => breakingOff(port, user.tokens.accessToken)));
    // A busy machine may need longer than an upload waits for its turn to see that they have gone.
    const [other, picture] = [await world.aUser(), await red()];
    await eventually(async () => expect(await upload(other, picture)).toMatchObject({ status: 200 }));
    expect(app.lines.filter((line) => line.includes('unexpected error'))).toEqual([]);
  });
});

/** Sends the beginning of a picture and breaks the connection. */
function breakingOff(port: number, token: string): Promise<void> {
  const lines = [
    'PUT /api/v1/users/me/avatar HTTP/1.1',
    'Host: localhost',
    `Authorization: Bearer ${token}`,
    'Content-Type: multipart/form-data; boundary=x',
    'Content-Length: 4000000',
    '',
    '--x',
    'Content-Disposition: form-data; name="avatar"; filename="a"',
    '',
    'x'.repeat(100_000),
  ];
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(lines.join('\r\n'), () => socket.resetAndDestroy()));
    socket.on('error', reject);
    socket.on('close', () => resolve());
  });
}
