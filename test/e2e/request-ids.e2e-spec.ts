import { startTestApp, type TestApp } from '../support/app.js';
import { World } from '../support/world.js';

const REQUEST_ID = 'asked-by-the-app-1';

interface Line {
  readonly msg: string;
  readonly requestId?: string;
}

describe('The id of a request', () => {
  let app: TestApp;
  let world: World;

  const linesOf = (id: string): Line[] =>
    app.lines.map((line) => JSON.parse(line) as Line).filter(({ requestId }) => requestId === id);

  beforeAll(async () => {
    app = await startTestApp();
    world = new World(app);
  });

  afterAll(() => app.close());

  it('goes with the message that the request wrote, to the line that the courier logs of it', async () => {
    const visitor = world.aVisitor();
    await visitor.requestCode({ 'x-request-id': REQUEST_ID });
    await visitor.readCode();
    expect(linesOf(REQUEST_ID)).toMatchObject([
      { msg: 'request', route: '/api/v1/auth/otp/request' },
      { msg: 'message', channel: 'sms', template: 'otp-code', attempt: 1, state: 'sent' },
    ]);
  });

  it('is on the line of a message that failed, with the reason', async () => {
    const visitor = world.aVisitor({ phone: '+79120009001' });
    await visitor.requestCode({ 'x-request-id': 'refused-by-gateway' });
    await app.delivered();
    expect(linesOf('refused-by-gateway').at(-1)).toMatchObject({ state: 'failed', failure: 'invalid_number' });
  });

  it('is the one of asking again for a code that is sent again', async () => {
    const visitor = world.aVisitor();
    await visitor.requestCode({ 'x-request-id': 'first-message' });
    await visitor.readCode();
    await app.advance('61 s');
    await visitor.resendCode({ 'x-request-id': 'second-message' });
    await visitor.readCode();
    expect(linesOf('second-message').map(({ msg }) => msg)).toEqual(['request', 'message']);
  });

  it('is kept of a message to a person that is no code', async () => {
    const user = await world.aUser();
    const admin = await world.anAdmin();
    await admin.api.with({ 'x-request-id': 'blocked-by-staff' }).send(`/api/v1/users/${user.id}`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ status: 'blocked', blockedReason: 'Spam' }),
    });
    await app.delivered();
    expect(linesOf('blocked-by-staff').map(({ msg }) => msg)).toContain('message');
  });

  it('is forgotten by a message with its recipient', async () => {
    const user = await world.aUser();
    const { phone } = user;
    const kept = () => app.sql('SELECT request_id IS NULL AS forgotten FROM messages WHERE recipient = $1', [phone]);
    expect(await kept()).toEqual([{ forgotten: false }]);
    const [row] = await app.sql<{ id: string }>('SELECT id FROM messages WHERE recipient = $1', [phone]);
    await user.api.send('/api/v1/users/me', { method: 'DELETE' });
    await app.delivered();
    expect(await app.sql('SELECT recipient, request_id FROM messages WHERE id = $1', [row?.id])).toEqual([
      { recipient: '', request_id: null },
    ]);
  });

  it('is one of ours where it could be a phone number', async () => {
    const { headers } = await world.aVisitor().api.get('/health/live', { 'x-request-id': '79123456789' });
    expect(headers.get('x-request-id')).toMatch(/^[0-9a-f]{8}-/);
  });
});
