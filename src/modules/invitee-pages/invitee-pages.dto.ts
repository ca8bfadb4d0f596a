import { IsOptional, Matches } from 'class-validator';

export class InviteesPageQuery {
  /** `nextCursor` of the page before. */
  @IsOptional()
  @Matches(/^[1-9][0-9]{0,8}$/)
  cursor?: string;
}
