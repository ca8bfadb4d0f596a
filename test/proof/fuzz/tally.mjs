/** What was asked, and what was answered: by operation, how often each status and problem. */
export class Tally {
  /** Requests that were sent, malformed ones of bare sockets included. */
  sent = 0;
  /** Requests that were answered by the end of the connection: broken HTTP, or a sender that did not wait. */
  unanswered = 0;
  #answers = new Map();
  #asked = new Map();
  #unavailable = new Map();

  ask(operationId) {
    this.sent += 1;
    this.#asked.set(operationId, this.askedOf(operationId) + 1);
  }

  hear({ operationId, status, code }) {
    const answers = this.#answers.get(operationId) ?? new Map();
    const name = code ? `${status} ${code}` : String(status);
    answers.set(name, (answers.get(name) ?? 0) + 1);
    this.#answers.set(operationId, answers);
    if (status === 503) this.#unavailable.set(code, (this.#unavailable.get(code) ?? 0) + 1);
  }

  askedOf(operationId) {
    return this.#asked.get(operationId) ?? 0;
  }

  /** How many different answers the contract lists were seen, of operations and anywhere. */
  get kinds() {
    return [...this.#answers.values()].reduce((sum, answers) => sum + answers.size, 0);
  }

  /** Whether the operation did what it was asked for, at least once. */
  wasDone(operationId) {
    return [...(this.#answers.get(operationId)?.keys() ?? [])].some((name) => /^[23]/.test(name));
  }

  /** E.g. `3×sms.unavailable`, or `none`. */
  get unavailable() {
    return [...this.#unavailable].map(([code, times]) => `${times}×${code}`).join(' ') || 'none';
  }

  /** One line an operation: what was asked and what was answered. */
  get lines() {
    return [...this.#answers].map(([operationId, answers]) => {
      const sorted = [...answers].sort(([a], [b]) => a.localeCompare(b));
      return `  ${operationId}: ${this.askedOf(operationId)} asked; ${sorted.map(([name, times]) => `${times}×${name}`).join(', ')}`;
    });
  }
}
