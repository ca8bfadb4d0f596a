import { Injectable } from '@nestjs/common';
import { keyedHash, sameText } from '../../common/crypto.js';
import { RootKey } from '../../platform/root-key/root-key.js';
import { HttpConfig, SmsConfig } from '../../config/config.js';

/** Where SMS Aero tells that something has happened to a message; the token names the message. */
export const CALLBACK_PATH = '/api/v1/sms/callbacks/sms-aero/';

const ID_BYTES = 16;
const SEAL_BYTES = 16;
const TOKEN = /^[\w-]{43}$/;

/**
 * The tokens of callbacks: the id of a message and a seal under a key of ours, as base64url. SMS Aero signs nothing, so whoever has
 * such a token had it from us; and what is none is told without asking the database.
 */
@Injectable()
export class DeliveryTokens {
  private readonly key: Buffer;

  constructor(
    private readonly http: HttpConfig,
    private readonly sms: SmsConfig,
    root: RootKey,
  ) {
    this.key = root.derive('sms-callbacks');
  }

  /** The address for callbacks about a message; undefined where nobody calls, or could reach us. */
  urlFor(messageId: string): string | undefined {
    const { publicUrl } = this.http;
    if (this.sms.provider !== 'sms-aero' || !publicUrl.startsWith('https:')) return undefined;
    return `${publicUrl}${CALLBACK_PATH}${this.tokenOf(messageId)}`;
  }

  tokenOf(messageId: string): string {
    const id = Buffer.from(messageId.replaceAll('-', ''), 'hex');
    return Buffer.concat([id, keyedHash(this.key, id).subarray(0, SEAL_BYTES)]).toString('base64url');
  }

  /** The message that a token names; undefined when it is none of ours. */
  messageOf(token: string): string | undefined {
    if (!TOKEN.test(token)) return undefined;
    const hex = Buffer.from(token, 'base64url').subarray(0, ID_BYTES).toString('hex');
    const id = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
    return sameText(token, this.tokenOf(id)) ? id : undefined;
  }
}
