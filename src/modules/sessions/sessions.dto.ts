import { ApiProperty } from '@nestjs/swagger';
import { IsString } from 'class-validator';
import type { TokenPair } from './refresh-tokens.service.js';
import type { SessionView } from './sessions.service.js';

export class RefreshTokenDto {
  /** The newest `refreshToken` that was answered. */
  @ApiProperty({ example: '01920c9e-7f3a-7c1e-9a53-1f2e3d4c5b6a.0.2BFhXCpy5H3hPMo4dysAe2fI9LbguwDGOw2qjWNF6Jw' })
  @IsString({ message: 'Send the refreshToken that was answered last.' })
  refreshToken!: string;
}

export class RefreshedTokensDto implements TokenPair {
  @ApiProperty({ enum: ['Bearer'] })
  tokenType!: 'Bearer';

  /** A JWT for the header `Authorization: Bearer …`. */
  @ApiProperty()
  accessToken!: string;

  /** Seconds the access token lasts. */
  @ApiProperty({ type: 'integer', example: 900 })
  expiresIn!: number;

  /** Opaque; changes with every use. */
  @ApiProperty()
  refreshToken!: string;

  /** Seconds the refresh token lasts when it is not used. */
  @ApiProperty({ type: 'integer', example: 2592000 })
  refreshExpiresIn!: number;
}

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
