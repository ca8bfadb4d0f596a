import { Injectable, type Type } from '@nestjs/common';

type Handler = (event: object) => Promise<void>;

/**
 * How effects go upward: a module publishes what happened to its rows, and those above it that keep something about them
 * do their part in the same transaction. All of it happens, or none.
 */
@Injectable()
export class Events {
  private readonly handlers = new Map<unknown, Handler[]>();

  /** Calls `handler` for each event of a class; register it when the module starts. */
  on<Event extends object>(kind: Type<Event>, handler: (event: Event) => Promise<void>): void {
    this.handlers.set(kind, [...(this.handlers.get(kind) ?? []), handler as Handler]);
  }

  /** Resolves when every handler has done its part, one after the other; call it inside the transaction. */
  async publish(event: object): Promise<void> {
    for (const handle of this.handlers.get(event.constructor) ?? []) await handle(event);
  }
}
