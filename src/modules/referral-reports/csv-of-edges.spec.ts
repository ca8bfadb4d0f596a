import { CSV_HEADER, csvOf, type ExportedEdge } from './csv-of-edges.js';

const PERSON = { id: '01920c9e-7f3a-7c1e-9a53-1f2e3d4c5b6a', phone: '+79123456789', firstName: null, lastName: null };
const EDGE: ExportedEdge = {
  activatedAt: new Date('2026-01-31T10:00:00.007Z'),
  code: '4KTR9M',
  via: 'link',
  inviter: PERSON,
  invitee: PERSON,
};

const lineOf = (edge: Partial<ExportedEdge>): string => csvOf([{ ...EDGE, ...edge }]);
/** The last cell of a line, as it stands in the file. */
const cellOf = (firstName: string | null, lastName: string | null = null): string =>
  lineOf({ invitee: { ...PERSON, firstName, lastName } })
    .split(`${PERSON.id},79123456789,`)
    .at(-1) ?? '';

describe('The file of invitations', () => {
  it('begins with a byte order mark and the names of its columns', () => {
    expect(CSV_HEADER).toBe(
      '\uFEFFactivated_at,code,via,inviter_id,inviter_phone,inviter_name,invitee_id,invitee_phone,invitee_name\r\n',
    );
  });

  it('has a line for each edge', () => {
    const invitee = { ...PERSON, phone: null, firstName: 'Anna', lastName: 'Ivanova' };
    expect(csvOf([{ ...EDGE, invitee }, EDGE])).toBe(
      `2026-01-31T10:00:00.007Z,4KTR9M,link,${PERSON.id},79123456789,,${PERSON.id},,Anna Ivanova\r\n` +
        `2026-01-31T10:00:00.007Z,4KTR9M,link,${PERSON.id},79123456789,,${PERSON.id},79123456789,\r\n`,
    );
  });

  it.each([
    ['Anna', 'Ivanova', 'Anna Ivanova'],
    ['Anna', null, 'Anna'],
    [null, 'Ivanova', 'Ivanova'],
    ['Anna, the first', null, '"Anna, the first"'],
    ['"Anna"', null, '"""Anna"""'],
    ['Anna\nB', null, '"Anna\nB"'],
    ['Anna\r', null, '"Anna\r"'],
  ])('writes the name of %j %j as RFC 4180 says: %j', (first, last, cell) => {
    expect(cellOf(first, last)).toBe(`${cell}\r\n`);
  });

  it.each(['=1+1', '@SUM(A1)', '-2', '+3', '\t=1', '\r=1', '＝1+1', '＋1', '－1', '＠x'])(
    'keeps a spreadsheet from running %j',
    (name) => {
      expect(cellOf(name).replace(/^"/, '')).toMatch(/^'/);
      expect(cellOf(null, name).replace(/^"/, '')).toMatch(/^'/);
    },
  );

  it.each([
    ['A;=1+1', "A;'=1+1"],
    ['A; -2', "A; '-2"],
    ['A;"@x', `"A;""'@x"`],
    ['A;＝1', "A;'＝1"],
    ['A;B;+1', "A;B;'+1"],
  ])('keeps one that parts cells at semicolons from running %j', (name, cell) => {
    expect(cellOf(name)).toBe(`${cell}\r\n`);
  });

  it.each(['A=1', 'A-B', 'anna@home', 'A; B', "O'Neil"])('leaves %j as it is', (name) => {
    expect(cellOf(name)).toBe(`${name}\r\n`);
  });
});
