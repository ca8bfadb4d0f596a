/**
 * The saved answers of a request: one for each example that the contract gives by name, such as each problem code; where
 * it gives none, the one that the converter made.
 * @param only statuses to be saved; all when left out
 */
export function savedAnswers({ contract, operation, base, only }) {
  return base.response
    .filter(({ code }) => only === undefined || only.includes(code))
    .flatMap((answer) => variantsOf(answer, contract.answer(operation, answer.code)));
}

function variantsOf(answer, documented) {
  const [content] = Object.values(documented?.content ?? {});
  const named = Object.entries(content?.examples ?? {}).filter(([, { value }]) => value !== undefined);
  if (named.length === 0) return [saved(answer, answer.status, answer.body)];
  return named.map(([name, { value, summary }]) => saved(answer, summary ?? name, textOf(value)));
}

const textOf = (value) => (typeof value === 'string' ? value : JSON.stringify(value, null, 2));

function saved(answer, title, body) {
  const { originalRequest, status, code, header, _postman_previewlanguage } = answer;
  const { id: _id, ...request } = originalRequest;
  return {
    name: `${code} ${title}`,
    originalRequest: { ...request, header: request.header?.map(withoutMadeUpKey) },
    status,
    code,
    _postman_previewlanguage,
    header,
    cookie: [],
    body,
  };
}

/** The contract has no example of a key on purpose: each request has another. */
export function withoutMadeUpKey(header) {
  return header.key === 'Idempotency-Key' ? { ...header, value: '{{$guid}}' } : header;
}
