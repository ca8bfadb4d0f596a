export interface SmsMessage {
  /** Id of the message row; providers that can take it use it against double sending. */
  readonly id: string;
  /** E.164. */
  readonly to: string;
  readonly text: string;
  /** Where the provider may report what became of the message. */
  readonly callbackUrl?: string;
}

export interface SmsReceipt {
  /** The provider's id of the message, for asking about its delivery. */
  readonly providerId: string;
}

/** `undelivered`: neither has it come, nor will it. */
export type SmsDelivery = 'on_its_way' | 'delivered' | 'undelivered';

export interface SmsAccount {
  /** What is left of it, in roubles; undefined where nothing is paid. */
  readonly balance?: number;
}

/** Whoever delivers texts. Every method asks once and rejects with {@link SmsFailure}. */
export abstract class SmsProvider {
  /** How long one attempt takes at most. */
  abstract readonly timeoutMs: number;

  /** Whether {@link deliveryOf} is worth asking. */
  abstract readonly reportsDelivery: boolean;

  /**
   * Hands over one text. Resolves when the provider has taken it, which is not yet delivery. The courier alone decides
   * on another attempt.
   */
  abstract send(message: SmsMessage): Promise<SmsReceipt>;

  /**
   * Asks what became of a message it has taken, from any process; rejects where there is no answer. States that nobody
   * has heard of are `on_its_way`.
   */
  abstract deliveryOf(providerId: string): Promise<SmsDelivery>;

  /** Asks how the account is; rejects when nothing can be sent with it. */
  abstract account(): Promise<SmsAccount>;
}
