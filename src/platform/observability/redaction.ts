const MAX_DEPTH = 8;

/** Fields whose value is a secret or reaches a person, whatever it looks like. */
const SECRET_FIELDS =
  /^(authorization|cookie|set-cookie|(new|current)?password|passwd|secret|appsecret|apikey|api_key|token|(access|refresh|ops)token|challengeid|parameters|text)$/i;
/** Fields that may hold a one-time code, besides codes of errors. */
const CODE_FIELDS = /^(code|otp|otpcode)$/i;
const ONE_TIME_CODE = /^\s*\d{4,8}\s*$/;

/** What must not be read in a log, wherever in a text it stands; applied in this order. */
const IN_TEXT: readonly (readonly [RegExp, string | ((match: string) => string)])[] = [
  [/\b(Bearer|Basic)\s+[\w.~+/=-]+/gi, '$1 [redacted]'],
  [/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, '[token]'],
  [/:\/\/[^\s/@]*@/g, '://[redacted]@'],
  // %40 is the @ of a query string. It looks where a word begins and nowhere else, or long words would take forever.
  [/(?<![^\s@<>"'(=:,;&])([^\s@<>"'(=:,;&])[^\s@<>"'(=:,;&]*(?:@|%40)([\w-]+(\.[\w-]+)*\.[a-z]{2,})/gi, '$1***@$2'],
  // E.164 with or without the spaces, hyphens and brackets people type; %2B and a lost + are the forms of a query string.
  [/(?:\+|%2B|(?<==)(?:%20|\s))\d(?:[\s().-]{0,2}\d){6,14}/gi, maskPhone],
  // Russian and Kazakh numbers without +, as SMS gateways take them: eleven digits, where no identifier of ours has just these.
  [/(?<![\w.-])[78]\d{10}(?![\w-])/g, maskPhone],
];

/** The text without phones (the last two digits stay), e-mail addresses, tokens and passwords in URLs. */
export function redactText(text: string): string {
  // Most texts have none of the marks; the expressions are dearer than this look.
  if (!/[@+]|%2B|%40|\d{7}|eyJ|Bearer|Basic|= |%20/i.test(text)) return text;
  return IN_TEXT.reduce((clean, [pattern, replacement]) => replaceIn(clean, pattern, replacement), text);
}

/** A copy of a value fit for a log: texts are redacted, secret fields are blanked, cycles and depths are cut. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redactText(value);
  return typeof value === 'object' && value !== null ? redactObject(value, depth) : value;
}

function redactObject(value: object, depth: number): unknown {
  if (value instanceof Error) return redactError(value, depth);
  if (value instanceof Date) return value;
  if (depth >= MAX_DEPTH || ArrayBuffer.isView(value)) return '[cut]';
  if (Array.isArray(value)) return value.map((each) => redact(each, depth + 1));
  const fields = Object.entries(value).map(([name, field]) => [name, redactField(name, field, depth)]);
  return Object.fromEntries(fields);
}

function redactField(name: string, field: unknown, depth: number): unknown {
  if (SECRET_FIELDS.test(name)) return '[redacted]';
  const scalar = typeof field === 'string' || typeof field === 'number';
  if (scalar && CODE_FIELDS.test(name) && ONE_TIME_CODE.test(String(field))) return '[redacted]';
  return redact(field, depth + 1);
}

/** Only what every error has: the fields that drivers add (`detail`, `where`, `parameters`) quote what was stored. */
function redactError(error: Error, depth: number): unknown {
  const stack = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return {
    name: error.name,
    message: redactText(error.message),
    stack: stack.join('\n'),
    ...(error.cause !== undefined && depth < MAX_DEPTH && { cause: redact(error.cause, depth + 1) }),
  };
}

function replaceIn(text: string, pattern: RegExp, replacement: string | ((match: string) => string)): string {
  return typeof replacement === 'string' ? text.replace(pattern, replacement) : text.replace(pattern, replacement);
}

function maskPhone(match: string): string {
  return `[phone …${match.replace(/\D/g, '').slice(-2)}]`;
}
