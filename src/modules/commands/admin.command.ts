import { Injectable } from '@nestjs/common';
import { CannotStart } from '../../common/cannot-start.js';
import { DomainError } from '../../common/domain-error.js';
import { SENDING_USAGE, SendingCommand } from './sending.command.js';
import { STAFF_USAGE, StaffCommand } from './staff.command.js';

const USAGE = [
  'Usage:',
  ...[...STAFF_USAGE, ...SENDING_USAGE].map((words) => `  npm run admin -- ${words}`),
  '<who> is an id, a phone number or an e-mail address.',
].join('\n');

/** `npm run admin`: what operators of the machine do. */
@Injectable()
export class AdminCommand {
  constructor(
    private readonly staff: StaffCommand,
    private readonly sending: SendingCommand,
  ) {}

  /** @returns what to print @throws CannotStart with one sentence, when it is called wrongly or may not be done */
  async run(args: readonly string[]): Promise<string> {
    const [action, ...words] = args;
    const printed = action === 'sending' ? this.sending.run(words) : this.staff.run(args);
    if (!printed) throw new CannotStart(USAGE);
    try {
      return await printed;
    } catch (error) {
      if (error instanceof DomainError) throw new CannotStart(error.kind.title.en, { cause: error });
      throw error;
    }
  }
}
