import { refusal } from '../support/api.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { freshPhone, World } from '../support/world.js';

const GERMAN_MOBILE = '+49 1512 3456789';

describe('The phone that people type', () => {
  let app: TestApp;
  let world: World;

  beforeAll(async () => {
    app = await startTestApp();
    world = new World(app);
  });

  afterAll(() => app.close());

  const ask = (phone: string, region?: string) => world.aVisitor().api.requestCode({ phone, region });
  const recipients = async (digits: string) =>
    (
      await app.sql<{ contact: string }>('SELECT contact FROM otp_challenges WHERE contact LIKE $1', [`%${digits}%`])
    ).map(({ contact }) => contact);

  it.each([
    ['with 8', (d: string) => `8 (${d.slice(0, 3)}) ${d.slice(3, 6)}-${d.slice(6, 8)}-${d.slice(8)}`],
    ['without any code', (d: string) => d],
    ['with +7 and spaces', (d: string) => `+7 ${d.slice(0, 3)} ${d.slice(3, 6)} ${d.slice(6)}`],
    ['with 7 and no plus', (d: string) => `7${d}`],
    ['with spaces around', (d: string) => `  +7${d} `],
  ])('is the same contact %s', async (_, spelling) => {
    const phone = freshPhone();
    const digits = phone.slice(2);
    expect(await ask(spelling(digits))).toMatchObject({ status: 202 });
    expect(await recipients(digits)).toEqual([phone]);
  });

  it('leads every spelling to the same person', async () => {
    const user = await world.aUser();
    await app.advance('21 s');
    const visitor = world.aVisitor({ phone: user.phone });
    await visitor.requestCode({}, `8${user.phone.slice(2)}`);
    const { body: tokens } = await visitor.verify(await visitor.readCode());
    expect(tokens).toMatchObject({ isNewUser: false, user: { id: user.id, phone: user.phone } });
  });

  it.each([
    ['Germany', GERMAN_MOBILE],
    ['Kazakhstan, which shares +7', '+7 701 234 5678'],
    ['the United States', '+1 212 555 0123'],
    ['no country at all', '+870 773 111 632'],
  ])('is refused when it is of %s', async (_, phone) => {
    const answer = await ask(phone);
    expect(answer).toMatchObject({ status: 422, body: { code: 'sms.region_not_allowed' } });
    expect(refusal(answer).title).toMatch(/\w+ \w+.*\.$/);
  });

  it.each([
    ['a landline', '+7 495 123-45-67', 'mobile'],
    ['a free-phone number', '8 800 555-35-35', 'mobile'],
    ['too short', '+7 912 345', 'phone'],
    ['too long', '+7 912 345-67-89-01', 'phone'],
    ['of the right length but in no numbering plan', '+7 123 456-78-90', 'phone'],
    ['no number', 'call me', 'phone'],
    ['two numbers', '+79123456789 +79123456780', 'phone'],
  ])('is refused with a sentence that helps when it is %s', async (_, phone, rule) => {
    const answer = await ask(phone);
    expect(answer).toMatchObject({
      status: 422,
      body: { code: 'request.invalid', errors: [{ field: 'phone', rule }] },
    });
    expect(refusal(answer).title).toMatch(/(Check its digits|Use a mobile phone).*\.$/);
  });

  it('writes nothing for what it refuses', async () => {
    const before = await app.sql('SELECT count(*) FROM messages');
    await ask(GERMAN_MOBILE);
    await ask('+7 495 123-45-67');
    expect(await app.sql('SELECT count(*) FROM messages')).toEqual(before);
    expect(await recipients('4951234567')).toEqual([]);
    expect(await recipients('15123456789')).toEqual([]);
  });
});

describe('The phone that people type, where Germany is served too', () => {
  let app: TestApp;
  let world: World;

  beforeAll(async () => {
    app = await startTestApp({ SMS_REGIONS: 'RU,DE' });
    world = new World(app);
  });

  afterAll(() => app.close());

  it('may be German', async () => {
    const visitor = world.aVisitor({ phone: '+4915123456789' });
    expect(await visitor.signIn()).toMatchObject({ tokens: { isNewUser: true, user: { phone: '+4915123456789' } } });
  });

  it('is read in the region that the request names, and in the first of ours when it names none', async () => {
    const { api } = world.aVisitor();
    expect(await api.requestCode({ phone: '01512 3456780', region: 'de' })).toMatchObject({
      status: 202,
      body: { sentTo: '+4 *** ***-**-80' },
    });
    expect(await api.requestCode({ phone: '01512 3456781' })).toMatchObject({ status: 422 });
    const phone = freshPhone();
    expect(await api.requestCode({ phone: phone.slice(2) })).toMatchObject({ status: 202 });
    expect(await app.sql('SELECT contact FROM otp_challenges WHERE contact = $1', [phone])).toHaveLength(1);
  });

  it('is still refused when it is of another country', async () => {
    const answer = await world.aVisitor().api.requestCode({ phone: '+33 6 12 34 56 78' });
    expect(answer).toMatchObject({ status: 422, body: { code: 'sms.region_not_allowed' } });
  });
});
