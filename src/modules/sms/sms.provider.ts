export interface SmsMessage {
  /** Id of the message row; providers that can take it use it against double sending. */
  readonly id: string;
  /** E.164. */
  readonly to: string;
  readonly text: string;
}

export interface SmsReceipt {
  /** The provider's id of the message, for asking about its delivery. */
  readonly providerId: string;
}

/**
 * Hands one text to whoever delivers it. Resolves when the provider has taken it, which is not yet delivery; rejects
 * with {@link SmsFailure}. Tries once: the courier alone decides on another attempt.
 */
export abstract class SmsProvider {
  /** How long one attempt takes at most. */
  abstract readonly timeoutMs: number;

  abstract send(message: SmsMessage): Promise<SmsReceipt>;
}
