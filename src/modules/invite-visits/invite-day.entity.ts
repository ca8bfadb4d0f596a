import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A day (UTC) on which share links were opened. */
@Entity('invite_days')
export class InviteDay {
  @PrimaryColumn('date')
  day!: string;

  /** What hides the visitors of the day; forgotten when it is over. */
  @Column('bytea', { nullable: true })
  salt!: Buffer | null;

  /** Of all share links; a visitor counts once for each. */
  @Column('int', { default: 0 })
  opens!: number;
}
