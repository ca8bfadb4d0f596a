import { ApiProperty, ApiSchema } from '@nestjs/swagger';

const COORDINATE = { pattern: '^[A-Za-z0-9_-]{43}$', minLength: 43, maxLength: 43 } as const;

/** RFC 7517 §4, RFC 7518 §6.2.1. */
@ApiSchema({ description: 'A public key of an elliptic curve (RFC 7517).' })
export class JwkDto {
  /** The kind of key: an elliptic curve. */
  @ApiProperty({ enum: ['EC'], example: 'EC' })
  kty!: string;

  /** The curve. */
  @ApiProperty({ enum: ['P-256'], example: 'P-256' })
  crv!: string;

  /** The first coordinate of the point, base64url. */
  @ApiProperty({ ...COORDINATE, example: 'MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4' })
  x!: string;

  /** The second coordinate of the point, base64url. */
  @ApiProperty({ ...COORDINATE, example: '4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM' })
  y!: string;

  /** Names the key; tokens that it signed have the same in their header. */
  @ApiProperty({ pattern: '^[A-Za-z0-9_-]{16}$', minLength: 16, maxLength: 16, example: 'b7Qm2xVtK9LcPz4R' })
  kid!: string;

  /** What the key is for: signatures. */
  @ApiProperty({ enum: ['sig'], example: 'sig' })
  use!: string;

  /** The algorithm of these signatures. */
  @ApiProperty({ enum: ['ES256'], example: 'ES256' })
  alg!: string;
}

@ApiSchema({ description: 'The public keys that check access tokens.' })
export class JwksDto {
  /** The next key, the one in use, and old ones whose tokens have not expired; the newest first. */
  @ApiProperty({ type: [JwkDto], minItems: 1 })
  keys!: JwkDto[];
}
