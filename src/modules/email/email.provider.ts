export interface EmailMessage {
  /** Id of the message row; the Message-ID is made of it, so that a message sent twice is recognised as one. */
  readonly id: string;
  /** A lower-cased address. */
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

export interface EmailReceipt {
  /** What the provider calls the message: its Message-ID, for those that have no other name for it. */
  readonly providerId: string;
}

/**
 * Hands one e-mail to whoever delivers it. Resolves when the provider has taken it, which is not yet delivery; rejects
 * with {@link EmailFailure}. Tries once: the courier alone decides on another attempt.
 */
export abstract class EmailProvider {
  /** How long one attempt takes at most. */
  abstract readonly timeoutMs: number;

  abstract send(message: EmailMessage): Promise<EmailReceipt>;
}
