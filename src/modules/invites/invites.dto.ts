export class InviteCheckDto {
  /** Whether somebody could activate the code now: a retired one, or one of somebody blocked, is as bad as none. */
  readonly valid!: boolean;
}
