import { ApiProperty } from '@nestjs/swagger';
import { IsString } from 'class-validator';
import type { TokenPair } from './refresh-tokens.service.js';

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
