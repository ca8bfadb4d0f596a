import { Entity, PrimaryColumn } from 'typeorm';

/** Somebody who opened a share link today: a hash under the salt of the day. */
@Entity('invite_visits')
export class InviteVisit {
  @PrimaryColumn('date')
  day!: string;

  @PrimaryColumn('text')
  code!: string;

  @PrimaryColumn('bytea')
  visitor!: Buffer;
}
