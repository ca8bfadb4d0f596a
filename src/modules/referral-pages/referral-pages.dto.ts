import { Type } from 'class-transformer';
import { IsIn, IsOptional } from 'class-validator';
import { RANGES } from './statistics-page.service.js';

export class RangeQuery {
  @IsOptional()
  @Type(() => Number)
  @IsIn(RANGES)
  days = 30;
}
