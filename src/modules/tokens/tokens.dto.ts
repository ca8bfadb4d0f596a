/** A public key (RFC 7517 §4, RFC 7518 §6.2.1). */
export class JwkDto {
  /** @example EC */
  kty!: string;
  /** @example P-256 */
  crv!: string;
  x!: string;
  y!: string;
  kid!: string;
  /** @example sig */
  use!: string;
  /** @example ES256 */
  alg!: string;
}

export class JwksDto {
  /** The key in use, the next one, and old ones whose tokens have not expired. */
  keys!: JwkDto[];
}
