import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** Who did what to whom. */
@Entity('audit_entries')
@Index('audit_entries_subject', ['subjectId', 'id'], { where: 'subject_id IS NOT NULL' })
@Index('audit_entries_actor', ['actorId', 'id'], { where: 'actor_id IS DISTINCT FROM subject_id' })
@Index('audit_entries_action', ['action', 'id'], { where: `action <> ALL ('{auth.signed_in,auth.registered}')` })
@Index('audit_entries_gathered', ['gatheredAs'], { unique: true, where: 'gathered_as IS NOT NULL' })
export class AuditEntry {
  @PrimaryColumn('uuid')
  id!: string;

  /** `module.what_happened`. */
  @Column('text')
  action!: string;

  /** The person who did it; null for strangers and for the system. */
  @Column('uuid', { name: 'actor_id', nullable: true })
  actorId!: string | null;

  /** The person it was done to. */
  @Column('uuid', { name: 'subject_id', nullable: true })
  subjectId!: string | null;

  @Column('text', { name: 'masked_address', nullable: true })
  maskedAddress!: string | null;

  /** Never holds a contact, a name, a code or a token. */
  @Column('jsonb', { default: {} })
  details!: Record<string, unknown>;

  /** How often, where failures of one kind and hour are one entry. */
  @Column('int', { default: 1 })
  times!: number;

  /** Keyed hash of what makes failures one entry. */
  @Column('bytea', { name: 'gathered_as', nullable: true })
  gatheredAs!: Buffer | null;

  @Column('timestamptz', { name: 'created_at', default: () => 'clock_now()' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'last_at', default: () => 'clock_now()' })
  lastAt!: Date;
}
