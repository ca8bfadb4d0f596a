import { IsInviteText } from '../profiles/invited.dto.js';

export class InviteForm {
  @IsInviteText({ optional: false })
  inviteCode!: string;
}
