import { checker } from './operations.mjs';

/** Why something may be unavailable though nothing is broken, by code: whether the situation calls for it. */
const CALLED_FOR = {
  'service.unavailable': ({ absences }, { headers }) => absences.add(headers['x-request-id']),
  'sms.unavailable': ({ sendingWasOff }) => sendingWasOff,
  'auth.busy': () => true,
  'avatars.busy': () => true,
};

/** Of the pages, not of the contract; bytes that were changed by chance may ask for it. */
const FIRST_PAGE = '/';

/**
 * Judges an answer: which of those of the contract it is, `{ operationId, status, code, body }`. @throws when it is none, or a fault
 * @param request `{ method, path, outside }`: whether it may have been refused before there was an operation
 * @param situation `{ sendingWasOff, absences }`, an {@link Absences} for answers that what was logged must explain
 */
export function judge(answer, { method, path, outside }, situation) {
  const exchange = { method, path, status: answer.status, headers: answer.headers, body: parsed(answer) };
  if (answer.status >= 500) refuseFault(exchange, situation);
  return { ...described(exchange, outside), body: exchange.body };
}

function parsed({ headers, body }) {
  const text = body.toString();
  return text !== '' && /[/+]json\b/.test(String(headers['content-type'])) ? JSON.parse(text) : text;
}

function refuseFault({ status, body, headers }, situation) {
  const { code = 'without a code' } = body ?? {};
  if (status !== 503 || !CALLED_FOR[code]?.(situation, { headers })) throw new Error(`${status} ${code} was answered`);
}

function described(exchange, outside) {
  if (outside && exchange.path === FIRST_PAGE) return { operationId: 'page', status: exchange.status };
  try {
    return checker.check(exchange);
  } catch (error) {
    if (!outside) throw error;
    return checker.checkAnywhere(exchange);
  }
}
