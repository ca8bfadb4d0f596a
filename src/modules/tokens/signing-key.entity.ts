import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';

/** A key that signs access tokens; its private half is sealed under the application's secret. */
@Entity('signing_keys')
export class SigningKey {
  @PrimaryColumn('text')
  kid!: string;

  @Column('jsonb', { name: 'public_jwk' })
  publicJwk!: Record<string, string>;

  @Column('bytea', { name: 'sealed_private_key' })
  sealedPrivateKey!: Buffer;

  @Column('timestamptz', { name: 'signs_from' })
  signsFrom!: Date;

  /** When verifiers may forget it; null while it is the newest. */
  @Column('timestamptz', { name: 'published_until', nullable: true })
  publishedUntil!: Date | null;

  @CreateDateColumn({ type: 'timestamptz', name: 'created_at', default: () => 'clock_now()' })
  createdAt!: Date;
}
