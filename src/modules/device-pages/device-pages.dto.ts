import { IsIn, IsOptional, IsString, MaxLength } from 'class-validator';

/** Where to go afterwards. */
export class AgainQuery {
  @IsOptional()
  @IsString()
  @MaxLength(500)
  next?: string;
}

export class AgainForm extends AgainQuery {
  /** Which of the own contacts gets the code. */
  @IsIn(['phone', 'email'])
  by!: 'phone' | 'email';
}
