/** Whether SMS were being sent: the switch is turned by the requests of the proof itself, and turned on again after each that turned it off. */
export class SendingSwitch {
  #cast;
  #turning = new Set();
  #onSince = 0;

  constructor(cast) {
    this.#cast = cast;
  }

  /** A request is about to be sent. */
  begin(operationId) {
    const span = { began: performance.now() };
    if (operationId === 'switchSending') this.#turning.add(span);
    return span;
  }

  /** Whether sending may have been off while this request was answered. */
  wasOff({ began }) {
    return this.#turning.size > 0 || began < this.#onSince;
  }

  end(span) {
    if (this.#turning.delete(span)) this.#onSince = performance.now();
  }

  async turnOn() {
    await this.#cast.turnSendingOn();
  }
}
