import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** Wrong passwords in a row for an account, or for a name that nobody has. */
@Entity('password_failures')
@Index('password_failures_age', ['lastAt'])
export class PasswordFailure {
  /** Keyed hash of the account. */
  @PrimaryColumn('bytea')
  account!: Buffer;

  @Column('int', { name: 'in_a_row' })
  inARow!: number;

  @Column('timestamptz', { name: 'last_at' })
  lastAt!: Date;
}
