import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A day (UTC) that is over, counted. */
@Entity('referral_days')
export class ReferralDay {
  @PrimaryColumn('date')
  day!: string;

  /** Who registered, whether invited or not. */
  @Column('int', { name: 'new_people' })
  newPeople!: number;

  /** Invite codes that were activated. */
  @Column('int')
  activations!: number;
}
