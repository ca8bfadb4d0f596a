import { deriveKey } from '../../common/crypto.js';

/**
 * What every key of the service is derived from: random, kept in the database, and sealed there under `APP_SECRET`, which can so be
 * changed while everything derived stays as it is.
 */
export class RootKey {
  /** @param former those that were renewed and still have to be known, the newest first */
  constructor(
    private readonly current: string,
    private readonly former: readonly string[] = [],
  ) {}

  /** The 32-byte key for one purpose. */
  derive(purpose: string): Buffer {
    return deriveKey(this.current, purpose);
  }

  /** The same under the former root keys, too, for what is believed or found although it is older; the present one comes first. */
  deriveAll(purpose: string): Buffer[] {
    return [this.current, ...this.former].map((key) => deriveKey(key, purpose));
  }
}
