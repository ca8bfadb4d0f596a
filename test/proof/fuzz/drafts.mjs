const HOST = 'localhost';

/**
 * A request in the making, right as it stands:
 * `params` by name and `query` as pairs are percent-encoded already; `fields` are pairs of JSON; `bytes` is a body that is no JSON;
 * `reworks` change the bytes of the body; `frame` writes body and length; `outside` is set once it may be refused before there is an
 * operation, `ends` once the service may wait for more of it, `patienceMs` where the sender may go before the answer.
 */
export function draftOf(operation, { params = {}, query = [], fields, headers = [], bytes, type }) {
  const json = fields && Object.entries(fields).filter(([, value]) => value !== undefined);
  return {
    operation,
    method: operation.method,
    params,
    query,
    headers,
    bytes,
    type: type ?? (fields && 'application/json'),
    fields: json?.map(([name, value]) => [JSON.stringify(name), JSON.stringify(value)]),
    reworks: [],
    frame: whole,
    outside: false,
    ends: false,
  };
}

export function pathOf({ operation, params, query }) {
  const path = operation.path.replace(/\{(\w+)\}/g, (_, name) => params[name] ?? `no-${name}`);
  return query.length > 0 ? `${path}?${query.map((pair) => pair.join('=')).join('&')}` : path;
}

/** The body as it is sent; undefined when there is none. */
export function bodyOf({ fields, bytes, reworks }) {
  const json = fields && Buffer.from(`{${fields.map(([name, value]) => `${name}:${value}`).join(',')}}`);
  return reworks.reduce((body, rework) => rework(body ?? Buffer.alloc(0)), bytes ?? json);
}

/** @param from what the caller brings: headers as pairs */
export function bytesOf(draft, from) {
  const body = bodyOf(draft);
  const type = draft.type === undefined ? [] : [draft.type].flat().map((each) => ['Content-Type', each]);
  const { headers, content } = draft.frame(body, draft);
  const lines = [['Host', HOST], ...from, ...draft.headers, ...type, ...headers].map((pair) => pair.join(': '));
  const head = [`${draft.method} ${pathOf(draft)} HTTP/1.1`, ...lines, '', ''].join('\r\n');
  return Buffer.concat([Buffer.from(head, 'latin1'), content]);
}

function whole(body) {
  if (body === undefined) return { headers: [], content: Buffer.alloc(0) };
  return { headers: [['Content-Length', body.length]], content: body };
}

/** In chunks of so many bytes. @param extension what stands behind each length */
export const chunked =
  (size, extension = '') =>
  (body) => {
    const chunks = [];
    for (let at = 0; at < (body?.length ?? 0); at += size) {
      const chunk = body.subarray(at, at + size);
      chunks.push(Buffer.from(`${chunk.length.toString(16)}${extension}\r\n`), chunk, Buffer.from('\r\n'));
    }
    return {
      headers: [['Transfer-Encoding', 'chunked']],
      content: Buffer.concat([...chunks, Buffer.from('0\r\n\r\n')]),
    };
  };

/** With a length that is off by so many bytes. */
export const misjudged = (difference) => (body) => {
  const content = body ?? Buffer.alloc(0);
  return { headers: [['Content-Length', Math.max(content.length + difference, 0)]], content };
};
