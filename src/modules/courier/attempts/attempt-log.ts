import type { ClaimedMessage, Outcome } from '../outbox.js';

/** What the log tells of an attempt: by `requestId` it stands beside the request that the message was written for. */
export function logOf(message: ClaimedMessage, { state, failure, attempt }: Outcome): object {
  const { id: messageId, channel, template, requestId, traceparent } = message;
  return {
    msg: 'message',
    messageId,
    channel,
    template,
    attempt,
    state,
    ...(failure !== undefined && { failure }),
    ...(requestId !== null && { requestId }),
    // W3C Trace Context §3.2.2: the trace stands between the first two hyphens.
    ...(traceparent !== null && { traceId: traceparent.split('-')[1] }),
  };
}
