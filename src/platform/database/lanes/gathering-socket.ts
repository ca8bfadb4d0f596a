import { Socket } from 'node:net';

/** Sends what is written within one turn of the event loop at once: each write is a call of the system, and wakes the other side. */
export class GatheringSocket extends Socket {
  private gathers = false;

  /** What is written from now on is sent when this turn ends. Below TLS, which writes past it, nothing is kept back. */
  gather(): void {
    if (this.gathers) return;
    this.gathers = true;
    this.cork();
    setImmediate(this.send);
  }

  private readonly send = (): void => {
    this.gathers = false;
    this.uncork();
  };
}
