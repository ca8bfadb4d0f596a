import { Injectable } from '@nestjs/common';
import type { BreakerState, SendingState } from '../sending/sending.service.js';
import { SendingDesk } from '../sending-desk/sending-desk.service.js';

export const SENDING_USAGE = ['sending [on | off [<why>]]'];

const LONGEST_REASON = 200;

/** Shows and turns the switch for SMS. */
@Injectable()
export class SendingCommand {
  constructor(private readonly desk: SendingDesk) {}

  /** @returns what to print; undefined when it is called wrongly */
  run([turn, ...why]: readonly string[]): Promise<string> | undefined {
    const reason = why.join(' ').trim() || undefined;
    if (turn === undefined) return this.desk.state().then(shown);
    if (!['on', 'off'].includes(turn) || !isReason(reason)) return undefined;
    return this.desk.turn({ enabled: turn === 'on', reason }, 'cli').then(shown);
  }
}

/** What begins like an option is a mistake. */
const isReason = (text = ''): boolean => text.length <= LONGEST_REASON && !text.startsWith('--');

/** Two lines: the switch and the breaker. */
function shown({ enabled, changedAt, reason, breaker }: SendingState): string {
  const since = changedAt ? ` since ${time(changedAt)}` : '';
  return `Sending SMS is ${enabled ? 'on' : 'off'}${since}${reason ? `: ${reason}` : ''}.\n${shownBreaker(breaker)}`;
}

function shownBreaker({ state, openUntil, failure, failures }: BreakerState): string {
  if (state === 'closed' || !openUntil) return `The breaker is closed; messages that failed in a row: ${failures}.`;
  if (state === 'open') return `The breaker is open until ${time(openUntil)}: ${failure}.`;
  return `The breaker was open until ${time(openUntil)}: ${failure}. The next message is tried alone.`;
}

/** `2026-03-01 12:00:00 UTC` */
const time = (date: Date): string => `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
