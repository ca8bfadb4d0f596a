import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { IsOptional, IsString, IsUUID, MaxLength } from 'class-validator';
import { PlusForSpace } from '../../common/http/page.dto.js';

/** A field of a form that is sent with the address: empty, it says nothing. */
const IsSaid = (longest: number): PropertyDecorator =>
  applyDecorators(
    PlusForSpace(),
    Transform(({ value }: { value: unknown }) => (value === '' ? undefined : value)),
    IsOptional(),
    IsString(),
    MaxLength(longest),
  );

export class InboxPageQuery {
  @IsSaid(254)
  to?: string;

  @IsSaid(100)
  q?: string;

  @IsOptional()
  @IsUUID()
  cursor?: string;
}

export class InboxChangesQuery {
  /** The version that is shown; empty where no message is. */
  @IsString()
  @MaxLength(64)
  since = '';
}

export class ClearInboxForm {
  @IsString()
  @MaxLength(254)
  to!: string;
}

export class OpenInboxForm {
  @IsString()
  @MaxLength(256)
  token = '';
}
