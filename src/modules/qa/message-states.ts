import type { StoredMessage } from '../messages/messages.service.js';

export interface StateAt {
  readonly state: string;
  readonly at: Date;
}

/** Where a message has been on its way, the earliest first. */
export function statesOf({ queuedAt, sendingAt, settledAt, reportedAt, state }: StoredMessage): StateAt[] {
  const settled = reportedAt ? 'sent' : state;
  return [
    { state: 'queued', at: queuedAt },
    ...(sendingAt ? [{ state: 'sending', at: sendingAt }] : []),
    ...(settledAt ? [{ state: settled, at: settledAt }] : []),
    ...(reportedAt ? [{ state, at: reportedAt }] : []),
  ];
}
