import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { EXAMPLE_IDS, id, MASKED_ADDRESS, moment, NEXT_CURSOR } from '../../common/contract/values.js';
import type { SessionView } from './devices.service.js';

@ApiSchema({ description: 'A device where the person is signed in.' })
export class SessionDto implements SessionView {
  /** The id to end it by. */
  @ApiProperty(id(EXAMPLE_IDS.session))
  id!: string;

  /** Browser and system, as far as its User-Agent tells; null when that tells nothing. For people: its form may change. */
  @ApiProperty({ type: String, nullable: true, example: 'Chrome on Windows' })
  device!: string | null;

  /** Where it was last used, masked. */
  @ApiProperty(MASKED_ADDRESS)
  address!: string | null;

  /** When the person signed in there. */
  @ApiProperty(moment('10:00:25'))
  createdAt!: Date;

  /** When it was last used: when its tokens were last refreshed, or, for a browser on the pages of this service, to the hour. */
  @ApiProperty(moment('10:15:20'))
  lastSeenAt!: Date;

  /** Whether this request comes from it. */
  @ApiProperty({ type: Boolean, example: true })
  current!: boolean;
}

@ApiSchema({ description: 'Every device where the person is signed in.' })
export class SessionsPageDto {
  /** The newest first. */
  @ApiProperty({ type: [SessionDto], maxItems: 20 })
  items!: SessionDto[];

  @ApiProperty({ ...NEXT_CURSOR, description: 'As in every list; always null, because all are here.' })
  nextCursor!: string | null;
}
