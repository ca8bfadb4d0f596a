import { savedAnswers, withoutMadeUpKey } from './answers.mjs';
import { checksOf } from './checks.mjs';
import { events } from './scripts.mjs';

const BOUNDARY = 'latchkey';

/** The request of one step. @param first whether the operation is in the story for the first time: then all its answers are saved */
export function requestOf({ contract, operation, base, step, first }) {
  checkStep(contract, operation, step);
  return {
    name: step.name,
    event: events({ ...step, checks: checksOf({ contract, operation, step }) }),
    protocolProfileBehavior: behaviour(step),
    request: {
      method: operation.method,
      auth: authOf(step.as ?? (contract.isOpen(operation) ? 'nobody' : 'me')),
      header: headersOf(base.request, step),
      body: bodyOf(base.request, step),
      url: urlOf(base.request.url, step),
      description: descriptionOf(operation, step),
    },
    response: savedAnswers({ contract, operation, base, only: first ? undefined : [step.status].flat() }),
  };
}

/** The story asks for nothing that the contract does not promise. */
function checkStep(contract, operation, { name, status, problem }) {
  for (const each of [status].flat()) {
    if (!contract.answer(operation, each)) throw new Error(`“${name}”: ${operation.id} has no answer ${each}`);
  }
  if (!problem) return;
  const { content } = contract.answer(operation, status);
  if (!content['application/problem+json'].examples[problem]) {
    throw new Error(`“${name}”: ${operation.id} has no problem ${problem}`);
  }
}

/** A body is sent also where HTTP has little use for one, as with DELETE. */
function behaviour({ body, stays }) {
  return { ...(body && { disableBodyPruning: true }), ...(stays && { followRedirects: false }) };
}

function authOf(who) {
  if (who === 'me') return undefined;
  if (who === 'nobody') return { type: 'noauth' };
  const token = who === 'stranger' ? 'made-up' : `{{${who}AccessToken}}`;
  return { type: 'bearer', bearer: [{ key: 'token', value: token, type: 'string' }] };
}

function headersOf({ header = [] }, { upload }) {
  return header.map(withoutMadeUpKey).map((each) => {
    if (!upload || each.key !== 'Content-Type') return each;
    return { ...each, value: `multipart/form-data; boundary=${BOUNDARY}` };
  });
}

function bodyOf({ body }, step) {
  if (step.upload) return { mode: 'raw', raw: uploadOf(step.upload) };
  if (body?.mode !== 'raw') return undefined;
  return step.body ? { ...body, raw: JSON.stringify(step.body, null, 2) } : body;
}

/** RFC 7578 by hand: Postman takes files only from the disk. */
function uploadOf({ name, filename, type, content }) {
  return [
    `--${BOUNDARY}`,
    `Content-Disposition: form-data; name="${name}"; filename="${filename}"`,
    `Content-Type: ${type}`,
    '',
    content,
    `--${BOUNDARY}--`,
    '',
  ].join('\r\n');
}

function urlOf({ host, path, query, variable }, step) {
  checkNames(step, { query: query.map(({ key }) => key), path: variable.map(({ key }) => key) });
  const raw = `{{baseUrl}}/${path.join('/')}`;
  const asked = query.map((each) => withValue(each, step.query?.[each.key]));
  const used = asked.filter(({ disabled }) => !disabled).map(({ key, value }) => `${key}=${value}`);
  return {
    raw: used.length > 0 ? `${raw}?${used.join('&')}` : raw,
    host,
    path,
    query: asked,
    variable: variable.map(({ key, ...each }) => ({ ...each, key, value: step.path[key] })),
  };
}

/** Every part of the path is given, and nothing that is not a parameter. */
function checkNames(step, known) {
  const given = { query: Object.keys(step.query ?? {}), path: Object.keys(step.path ?? {}) };
  const wrong = [
    ...given.query.filter((name) => !known.query.includes(name)),
    ...given.path.filter((name) => !known.path.includes(name)),
    ...known.path.filter((name) => !given.path.includes(name)),
  ];
  if (wrong.length > 0) throw new Error(`“${step.name}”: ${step.operation} has other parameters than ${wrong.join(', ')}`);
}

/** What is not named is there for people who look, and not sent. */
function withValue({ disabled: _, ...parameter }, value) {
  return value === undefined ? { ...parameter, disabled: true } : { ...parameter, value };
}

function descriptionOf({ id, method, path, summary, description }, { note }) {
  return [summary, description, note, `\`${method} ${path}\`, operation \`${id}\``].filter(Boolean).join('\n\n');
}
