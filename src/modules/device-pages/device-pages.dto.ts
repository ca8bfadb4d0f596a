import { IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import { LONGEST_PATH } from '../../platform/pages/page-answers.js';

/** Where to go afterwards. */
export class AgainQuery {
  @IsOptional()
  @IsString()
  @MaxLength(LONGEST_PATH)
  next?: string;
}

export class AgainForm extends AgainQuery {
  /** Which of the own contacts gets the code. */
  @IsIn(['phone', 'email'])
  by!: 'phone' | 'email';
}
