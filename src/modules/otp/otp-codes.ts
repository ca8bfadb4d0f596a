import { Injectable } from '@nestjs/common';
import { keyedHash, sameText } from '../../common/crypto.js';
import { RootKey } from '../../platform/root-key/root-key.js';
import { TestPhonesConfig } from '../../config/config.js';

/** Everything a code is derived from; `challenge` is the stored (hashed) id of the challenge. */
export interface CodeSource {
  readonly challenge: Buffer;
  readonly purpose: string;
  readonly generation: number;
}

export const LONGEST_CODE = 8;

/**
 * One-time codes, derived in the manner of HOTP (RFC 4226) from the challenge under a key of the application. So a code is in
 * no table and no job: whoever must send or show it derives it again.
 */
@Injectable()
export class OtpCodes {
  private readonly key: Buffer;

  constructor(
    root: RootKey,
    private readonly testPhones: TestPhonesConfig,
  ) {
    this.key = root.derive('otp-codes');
  }

  /** The code of a generation, `length` digits. */
  derive(source: CodeSource, length: number): string {
    const hash = keyedHash(this.key, source.challenge, source.purpose, String(source.generation));
    const number = hash.readBigUInt64BE() % 10n ** BigInt(LONGEST_CODE);
    return number.toString().padStart(LONGEST_CODE, '0').slice(-length);
  }

  /** The code that a message tells its recipient, from the parameters it was queued with. */
  ofMessage(params: Readonly<Record<string, unknown>>, recipient: string): string {
    const fixed = params.test === true ? this.testPhones.codes.get(recipient) : undefined;
    return fixed ?? this.ofParameters(params);
  }

  matches(source: CodeSource, length: number, typed: string): boolean {
    return sameText(this.derive(source, length), typed);
  }

  /** Whether this is the code of an earlier generation, whatever length it had: dead, but not a guess. */
  wasEarlier(source: CodeSource, typed: string): boolean {
    const earlier = Array.from({ length: source.generation - 1 }, (_, index) => ({ ...source, generation: index + 1 }));
    return earlier.some((generation) => this.matches(generation, typed.length, typed));
  }

  private ofParameters({ challenge, purpose, generation, length }: Readonly<Record<string, unknown>>): string {
    const source = { purpose: String(purpose), generation: Number(generation) };
    return this.derive({ ...source, challenge: Buffer.from(String(challenge), 'base64url') }, Number(length));
  }
}
