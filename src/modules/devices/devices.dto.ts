import { ApiProperty } from '@nestjs/swagger';
import type { SessionView } from './devices.service.js';

export class SessionDto implements SessionView {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  /** The device, as far as it tells. */
  @ApiProperty({ type: String, nullable: true, example: 'Chrome on Windows' })
  device!: string | null;

  /** Where it was last used, masked. */
  @ApiProperty({ type: String, nullable: true, example: '203.0.113.*' })
  address!: string | null;

  @ApiProperty({ type: String, format: 'date-time' })
  createdAt!: Date;

  /** When its tokens were last refreshed. */
  @ApiProperty({ type: String, format: 'date-time' })
  lastSeenAt!: Date;

  /** Whether this request comes from it. */
  @ApiProperty()
  current!: boolean;
}

export class SessionsPageDto {
  /** The newest first; at most twenty. */
  @ApiProperty({ type: [SessionDto] })
  items!: SessionDto[];

  /** As in every list; always null, because all are here. */
  @ApiProperty({ type: String, nullable: true, example: null })
  nextCursor!: string | null;
}
