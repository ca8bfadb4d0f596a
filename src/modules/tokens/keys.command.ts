import { Injectable } from '@nestjs/common';
import { CannotStart } from '../../common/cannot-start.js';
import { KeyRotation, type KeyState, type KeyView } from './key-rotation.service.js';

const USAGE = 'Usage: npm run keys -- list | rotate | revoke <kid> | renew-root';

/** What becomes of tokens and verifiers when a key of this state is revoked. */
const CONSEQUENCE: Record<KeyState, string> = {
  next: 'It has signed nothing yet.',
  signing:
    'Access tokens that it signed are refused from now on; refreshing gives new ones, nobody has to sign in again. ' +
    'Services that check tokens themselves may still believe them, or not know the new key, for up to five minutes.',
  retiring:
    'Access tokens that it signed are refused from now on; refreshing gives new ones. Services that check tokens ' +
    'themselves may still believe them for up to five minutes.',
};

/** `npm run keys`: shows, rotates and revokes the signing keys. Prints no secrets. */
@Injectable()
export class KeysCommand {
  constructor(private readonly rotation: KeyRotation) {}

  /** @returns what to print @throws CannotStart when it is called wrongly */
  async run([action, kid, ...more]: readonly string[]): Promise<string> {
    if (more.length > 0) throw new CannotStart(USAGE);
    if (action === 'revoke' && kid) return this.revoke(kid);
    if (kid) throw new CannotStart(USAGE);
    if (action === 'list') return this.list();
    if (action === 'rotate') return this.rotate();
    if (action === 'renew-root') return this.renewRoot();
    throw new CannotStart(USAGE);
  }

  private async list(): Promise<string> {
    const keys = await this.rotation.list();
    return table([['KEY', 'STATE', 'SIGNS FROM', 'MADE'], ...keys.map(rowOf)]);
  }

  private async rotate(): Promise<string> {
    const { kid, signsFrom, isNew } = await this.rotation.rotate();
    const what = isNew ? 'is published' : 'was published before and waits already; no other one was made';
    return `Key ${kid} ${what}. It signs from ${time(signsFrom)}; the one before stays published until its last token has expired.`;
  }

  private async revoke(kid: string): Promise<string> {
    const revocation = await this.rotation.revoke(kid);
    if (!revocation) throw new CannotStart(`No key ${kid} is published. See them by: npm run keys -- list`);
    return `Key ${kid} is revoked. ${CONSEQUENCE[revocation.state]}\nKey ${revocation.signer} signs.`;
  }

  private async renewRoot(): Promise<string> {
    await this.rotation.renewRoot();
    return (
      'The root key is renewed, and the signing keys are gone; the next start makes one. Access tokens that are out are ' +
      'refused, refreshing gives new ones. Codes that are on their way are dead, and limits begin to count anew.'
    );
  }
}

function rowOf({ kid, state, signsFrom, publishedUntil, createdAt }: KeyView): string[] {
  const until = state === 'retiring' && publishedUntil ? ` until ${time(publishedUntil)}` : '';
  return [kid, state + until, time(signsFrom), time(createdAt)];
}

/** `2026-03-01 12:00:00 UTC` */
const time = (date: Date): string => `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`;

function table(rows: readonly (readonly string[])[]): string {
  const width = (column: number): number => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(width(column)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
