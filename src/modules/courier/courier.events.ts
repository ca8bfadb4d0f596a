import type { StoredMessage } from '../messages/messages.service.js';

/** A message that certainly reached nobody, and never will. */
export interface UnsentMessage extends Pick<StoredMessage, 'id' | 'channel' | 'template' | 'params' | 'queuedAt'> {
  /** Whether the provider refused this message, and not for what its account or the way to it is like. */
  readonly refused: boolean;
}

/** Messages were given up before any provider had taken them: whatever they were charged with was for nothing. */
export class MessagesUnsent {
  constructor(readonly messages: readonly UnsentMessage[]) {}
}
