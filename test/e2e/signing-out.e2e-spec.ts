import { startTestApp, type TestApp } from '../support/app.js';
import { World } from '../support/world.js';

describe('Signing out', () => {
  let app: TestApp;
  let world: World;

  beforeAll(async () => {
    app = await startTestApp();
    world = new World(app);
  });

  afterAll(() => app.close());

  it('ends the refresh token and the access token at once', async () => {
    const user = await world.aUser();
    expect(await world.aVisitor().api.logout(user.tokens.refreshToken)).toMatchObject({ status: 204, text: '' });
    expect(await user.api.me()).toMatchObject({ status: 401 });
    expect(await user.api.refresh(user.tokens.refreshToken)).toMatchObject({
      status: 401,
      body: { code: 'sessions.refresh_token_invalid' },
    });
  });

  it('leaves the other sign-ins of the person', async () => {
    const user = await world.aUser();
    await app.advance('21 s');
    const elsewhere = await world.aUser({ phone: user.phone });
    await user.api.logout(user.tokens.refreshToken);
    expect(await elsewhere.api.me()).toMatchObject({ status: 200 });
  });

  it('works with a token that was refreshed meanwhile, too: it can only end', async () => {
    const user = await world.aUser();
    const { body } = await user.api.refresh(user.tokens.refreshToken);
    await user.api.refresh(body.refreshToken);
    expect(await user.api.logout(user.tokens.refreshToken)).toMatchObject({ status: 204 });
    expect(await user.api.me()).toMatchObject({ status: 401 });
  });

  it('while the token is being refreshed leaves nothing that works', async () => {
    const user = await world.aUser();
    const { refreshToken } = user.tokens;
    const [, ...answers] = await Promise.all([
      user.api.logout(refreshToken),
      ...Array.from({ length: 10 }, () => user.api.refresh(refreshToken)),
    ]);
    const successors = answers.filter(({ status }) => status === 200).map(({ body }) => body.refreshToken);
    for (const token of [refreshToken, ...successors]) {
      expect(await user.api.refresh(token)).toMatchObject({ status: 401 });
    }
    expect(await user.api.me()).toMatchObject({ status: 401 });
  });

  it('answers the same to a token that is none, and ends nothing', async () => {
    const user = await world.aUser();
    const forged = user.tokens.refreshToken.replace('.0.', '.1.');
    for (const token of ['', 'garbage', forged, 'x'.repeat(50_000)]) {
      expect(await user.api.logout(token)).toMatchObject({ status: 204, text: '' });
    }
    expect(await user.api.me()).toMatchObject({ status: 200 });
  });

  it('answers the same when it was done before', async () => {
    const user = await world.aUser();
    await user.api.logout(user.tokens.refreshToken);
    expect(await user.api.logout(user.tokens.refreshToken)).toMatchObject({ status: 204 });
  });
});
