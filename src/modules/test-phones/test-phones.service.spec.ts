import { ServicesWorld } from '../../../test/support/services.js';
import { TestPhonesModule } from './test-phones.module.js';
import { TestPhones } from './test-phones.service.js';

const NOBODYS = '+79990000001';
const TESTERS = '+79990000002';
const ORDINARY = '+79990000003';

let world: ServicesWorld;
let phones: TestPhones;

beforeEach(async () => {
  world = await ServicesWorld.start([TestPhonesModule], {
    TEST_PHONES: `${NOBODYS}:824613,${TESTERS}:00824614,${ORDINARY}:824615`,
    TEST_PHONES_UNTIL: new Date(Date.now() + 3_600_000).toISOString(),
  });
  phones = world.get(TestPhones);
  await world.aPerson({ phone: TESTERS, isTest: true });
  await world.aPerson({ phone: ORDINARY });
});

afterEach(() => world.close());

const opens = async (value: string, purpose: string): Promise<string | undefined> =>
  (await phones.codeToOpen({ channel: 'sms', value }, purpose))?.code;

describe('The code of a test phone', () => {
  it.each([
    ['sign_in', '824613', '00824614'],
    ['registration', '824613', '00824614'],
    ['password_reset', undefined, '00824614'],
    ['contact_change', undefined, undefined],
  ])('may be used for %s by nobody (%s) and by a test account (%s), and by nobody else', async (purpose, ...codes) => {
    expect([await opens(NOBODYS, purpose), await opens(TESTERS, purpose)]).toEqual(codes);
    expect(await opens(ORDINARY, purpose)).toBeUndefined();
    expect(await opens(world.freshPhone(), purpose)).toBeUndefined();
    expect(await opens('anna@example.org', purpose)).toBeUndefined();
  });

  it('ends by the clock of the database', async () => {
    await world.clock.advance('50 min');
    expect(await opens(NOBODYS, 'sign_in')).toBe('824613');
    expect(await phones.codeOf(TESTERS)).toMatchObject({ code: '00824614' });
    await world.clock.advance('11 min');
    expect(await opens(NOBODYS, 'sign_in')).toBeUndefined();
    expect(await phones.codeOf(TESTERS)).toBeUndefined();
  });

  it('keeps notices from a test account, but from nobody else, and not for ever', async () => {
    const isMute = (isTest: boolean, contact: string) => phones.isMute({ isTest }, contact);
    expect([await isMute(true, TESTERS), await isMute(false, ORDINARY)]).toEqual([true, false]);
    expect([await isMute(true, world.freshPhone()), await isMute(true, 'anna@example.org')]).toEqual([false, false]);
    await world.clock.advance('61 min');
    expect(await isMute(true, TESTERS)).toBe(false);
  });
});
