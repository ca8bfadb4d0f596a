/** What the service logs when its pool had no connection in time: on a machine that is busy with other things. */
const NO_CONNECTION = /timeout exceeded when trying to connect|Connection terminated due to connection timeout/;

/** Requests that were told that the database is away, though nobody took it away. */
export class Absences {
  #ids = [];

  add(requestId) {
    this.#ids.push(requestId);
    return true;
  }

  /** Those for which the log names no reason that lies outside of the service. */
  unexplained(log) {
    return this.#ids.filter((id) => !log.some((line) => line.includes(id) && NO_CONNECTION.test(line)));
  }
}
