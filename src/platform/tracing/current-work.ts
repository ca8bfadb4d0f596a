import { AsyncLocalStorage } from 'node:async_hooks';
import { errorTypeOf } from './error-type.js';
import type { Span, SpanStart } from './span.js';

/** What code runs for: a request, or a message on its way. */
export interface Work {
  /** The `X-Request-Id` of the request that it began with. */
  readonly requestId?: string;
  /** Only while traces are kept. */
  readonly span?: Span;
}

const current = new AsyncLocalStorage<Work>();

/** Undefined for what runs for nobody, as periodic work does. */
export const currentWork = (): Work | undefined => current.getStore();

export function workFor<Result>(work: Work, run: () => Result): Result {
  return current.run(work, run);
}

/** What code runs for, as it can be kept beside what is left for later. */
export function originOfWork(): readonly [requestId: string | null, traceparent: string | null] {
  const { requestId, span } = currentWork() ?? {};
  return [requestId ?? null, span?.traceparent ?? null];
}

/**
 * Does `work` as a piece of the current trace. Without one it only does it: what runs for nobody is not traced, and where traces are
 * not kept this costs a look.
 */
export function traced<Result>(start: () => SpanStart, work: (span?: Span) => Promise<Result>): Promise<Result> {
  const outer = current.getStore();
  if (!outer?.span) return work();
  const span = outer.span.child(start());
  return current.run({ ...outer, span }, () => ending(span, () => work(span)));
}

/** Ends the span with the work, and tells it of a failure. */
export async function ending<Result>(span: Span, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    span.fail(errorTypeOf(error));
    throw error;
  } finally {
    span.end();
  }
}
