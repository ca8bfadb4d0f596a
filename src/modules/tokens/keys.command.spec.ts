import { CannotStart } from '../../common/cannot-start.js';
import type { KeyRotation, KeyView, Revocation } from './key-rotation.service.js';
import { KeysCommand } from './keys.command.js';

const at = (time: string) => new Date(`2026-03-01T${time}.500Z`);
const KEYS: KeyView[] = [
  { kid: 'new', state: 'next', signsFrom: at('12:10:00'), publishedUntil: null, createdAt: at('12:00:00') },
  {
    kid: 'now',
    state: 'signing',
    signsFrom: at('09:10:00'),
    publishedUntil: at('12:27:00'),
    createdAt: at('09:00:00'),
  },
  {
    kid: 'older',
    state: 'retiring',
    signsFrom: at('06:00:00'),
    publishedUntil: at('09:27:00'),
    createdAt: at('06:00:00'),
  },
];

function command(changes: Partial<Record<keyof KeyRotation, unknown>> = {}): KeysCommand {
  const revocations: Record<string, Revocation> = {
    new: { state: 'next', signer: 'now' },
    now: { state: 'signing', signer: 'new' },
    older: { state: 'retiring', signer: 'now' },
  };
  const rotation = {
    list: async () => KEYS,
    rotate: async () => ({ kid: 'new', signsFrom: at('12:10:00'), isNew: true }),
    revoke: async (kid: string) => revocations[kid],
    ...changes,
  };
  return new KeysCommand(rotation as unknown as KeyRotation);
}

describe('npm run keys', () => {
  it('list shows every key, what it does and since when', async () => {
    expect(await command().run(['list'])).toBe(
      [
        'KEY    STATE                                   SIGNS FROM               MADE',
        'new    next                                    2026-03-01 12:10:00 UTC  2026-03-01 12:00:00 UTC',
        'now    signing                                 2026-03-01 09:10:00 UTC  2026-03-01 09:00:00 UTC',
        'older  retiring until 2026-03-01 09:27:00 UTC  2026-03-01 06:00:00 UTC  2026-03-01 06:00:00 UTC',
      ].join('\n'),
    );
  });

  it('rotate says when the new key signs', async () => {
    expect(await command().run(['rotate'])).toBe(
      'Key new is published. It signs from 2026-03-01 12:10:00 UTC; the one before stays published until its last token has expired.',
    );
  });

  it('rotate says so when a key was waiting already', async () => {
    const rotate = async () => ({ kid: 'new', signsFrom: at('12:10:00'), isNew: false });
    expect(await command({ rotate }).run(['rotate'])).toContain(
      'Key new was published before and waits already; no other',
    );
  });

  it.each([
    ['new', 'Key new is revoked. It has signed nothing yet.', 'Key now signs.'],
    [
      'now',
      'Key now is revoked. Access tokens that it signed are refused from now on; refreshing gives',
      'Key new signs.',
    ],
    ['older', 'Key older is revoked. Access tokens that it signed are refused from now on', 'Key now signs.'],
  ])('revoke %s says what that means', async (kid, begin, end) => {
    const said = await command().run(['revoke', kid]);
    expect(said).toContain(begin);
    expect(said.split('\n').at(-1)).toBe(end);
  });

  it('renew-root says what becomes of what was derived', async () => {
    const renewRoot = jest.fn(async () => undefined);
    expect(await command({ renewRoot }).run(['renew-root'])).toMatch(
      /^The root key is renewed, .+ limits begin to count/,
    );
    expect(renewRoot).toHaveBeenCalledTimes(1);
  });

  it('revoke refuses a key that is not published, and says where to see them', async () => {
    const refused = command().run(['revoke', 'another']);
    await expect(refused).rejects.toThrow(CannotStart);
    await expect(refused).rejects.toThrow('No key another is published. See them by: npm run keys -- list');
  });

  it.each([
    [[]],
    [['revoke']],
    [['list', 'x']],
    [['rotate', 'x']],
    [['revoke', 'now', 'x']],
    [['renew-root', 'now']],
    [['forget', 'now']],
    [['forget']],
  ])('called with %j says how it is called', async (args: string[]) => {
    const refused = command().run(args);
    await expect(refused).rejects.toThrow(CannotStart);
    await expect(refused).rejects.toThrow('Usage: npm run keys -- list | rotate | revoke <kid> | renew-root');
  });
});
