const WORD = /^[\w.-]{1,60}$/;

/**
 * What kind of error it is, in a word: a failure's kind, a code of PostgreSQL or of the system, else the name of its class. Its
 * message is never looked at: it may quote anything.
 */
export function errorTypeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const { kind, code } = error as { kind?: unknown; code?: unknown };
  const words = [kind, code, error.name].filter((word) => typeof word === 'string');
  return words.find((word) => WORD.test(word)) ?? 'unknown';
}
