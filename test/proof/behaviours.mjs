import { setTimeout as pause } from 'node:timers/promises';

/**
 * What a gateway may do with a message: how it answers, whether it takes the message, and what that must lead to.
 * `met(response, message)` answers; `takes`: whether it takes the message, if it takes it or not as it likes: undefined.
 * `fate`: `sent`; `refused`: failed, never tried again; `again`: not taken, to be tried again; `unknown`: ambiguous. `failures`: the kinds
 * of failure that may be noted. `grave`: stops the sending of all messages for a while.
 */
const behaviour = (fate, met, more = {}) => ({ fate, met, takes: fate === 'sent', failures: [], ...more });

const answering =
  (status, body, headers = {}) =>
  (response) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
const json = (status, body, headers) => answering(status, JSON.stringify(body), headers);
const failing = (status, message, more = {}) =>
  json(status, { success: false, data: more.data ?? null, message }, more.headers);

const receipt = ({ id, to }, more = {}) => ({
  success: true,
  data: { id, from: 'SMS Aero', number: to.slice(1), status: 0, extendStatus: 'queue', ...more },
  message: null,
});
const taking =
  (shape = receipt) =>
  (response, message) =>
    json(200, shape(message))(response);

const DROP_MS = 20;

/** The whole receipt, some letters at a time. */
async function slowly(response, message) {
  const text = JSON.stringify(receipt(message));
  response.writeHead(200, { 'content-type': 'application/json' });
  for (let at = 0; at < text.length; at += 20) {
    response.write(text.slice(at, at + 20));
    await pause(DROP_MS);
  }
  response.end();
}

/** A receipt that never comes to its end. */
function endlessly(response) {
  response.writeHead(200, { 'content-type': 'application/json' });
  const drops = setInterval(() => response.write(' '), DROP_MS);
  response.once('close', () => clearInterval(drops));
}

function halfWay(response) {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
  response.write('{"success":', () => response.destroy());
}

const refused = (met, ...failures) => behaviour('refused', met, { failures });
const again = (met, failure, more) => behaviour('again', met, { failures: [failure], ...more });
/** Nobody but the gateway knows whether it has taken the message. */
const unknown = (met, ...failures) => behaviour('unknown', met, { takes: undefined, failures });

/** By their names: what SMS Aero is known to do, and what any server may do. */
export const BEHAVIOURS = {
  accepts: behaviour('sent', taking()),
  acceptsAsList: behaviour(
    'sent',
    taking((message) => ({ ...receipt(message), data: [receipt(message).data] })),
  ),
  acceptsWithTextId: behaviour(
    'sent',
    taking((message) => receipt(message, { id: String(message.id) })),
  ),
  moderates: behaviour(
    'sent',
    taking((message) => receipt(message, { status: 8, extendStatus: 'moderation' })),
  ),
  acceptsSlowly: behaviour('sent', slowly),

  refusesWithSuccessFalse: refused(failing(200, 'Rejected by moderation'), 'rejected'),
  refusesWithState: refused(
    taking((message) => receipt(message, { status: 6, extendStatus: 'reject' })),
    'rejected',
  ),
  refusesAsInV1: refused(json(200, { result: 'reject', reason: 'in blacklist' }), 'rejected'),
  refusesNumber: refused(failing(400, 'Validation error.', { data: { number: ['incorrect'] } }), 'invalid_number'),
  refusesNumberWith200: refused(
    failing(200, 'Validation error.', { data: { number: ['incorrect'] } }),
    'invalid_number',
  ),
  refusesText: refused(failing(422, 'Validation error.', { data: { text: ['Text is too long'] } }), 'validation'),

  isBusy: again(failing(429, 'Too many requests'), 'rate_limited'),
  isBusyForSeconds: again(failing(429, 'Too many requests', { headers: { 'retry-after': '7' } }), 'rate_limited'),
  isBusyWith200: again(failing(200, 'Too many requests'), 'rate_limited'),
  refusesCredentials: again(failing(401, 'Your request was made with invalid credentials.'), 'unauthorized', {
    grave: true,
  }),
  refusesUserAsInV1: again(json(500, { result: 'reject', reason: 'incorrect user or password' }), 'unauthorized', {
    grave: true,
  }),
  hasNoMoney: again(failing(402, 'Not enough money'), 'no_money', { grave: true }),
  hasNoCreditsAsInV1: again(json(200, { result: 'no credits' }), 'no_money', { grave: true }),
  refusesAddress: again(failing(404, 'Invalid ip-address'), 'address_not_allowed', { grave: true }),

  fails: unknown(failing(500, 'Internal error'), 'unavailable'),
  isDown: unknown(failing(503, 'Service unavailable', { headers: { 'retry-after': '120' } }), 'unavailable'),
  failsBehindProxy: unknown(answering(502, '<h1>Bad gateway</h1>'), 'unavailable'),
  redirects: unknown(answering(302, '', { location: 'http://127.0.0.1:9/' }), 'unavailable'),
  answersGarbage: unknown(answering(200, '{"success":tr'), 'bad_answer'),
  answersWithoutBody: unknown(answering(204, ''), 'bad_answer'),
  answersTooMuch: unknown(json(200, { success: true, data: { id: 1 }, message: 'x'.repeat(70_000) }), 'bad_answer'),
  forgetsId: unknown(json(200, { success: true, data: { status: 0 }, message: null }), 'bad_answer'),
  speaksNoHttp: unknown((response) => response.socket?.end('220 mail.example.org ESMTP\r\n'), 'bad_answer'),
  closesAtOnce: unknown((response) => response.destroy(), 'connection_lost'),
  closesHalfWay: unknown(halfWay, 'connection_lost'),
  hangs: unknown(() => undefined, 'timeout'),
  answersEndlessly: unknown(endlessly, 'timeout'),
};
