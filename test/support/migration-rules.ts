import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A migration that takes something away says why nobody needs it any more: what became of the code that did. */
type Migration = MigrationInterface & { readonly contract?: string };

interface Rule {
  readonly pattern: RegExp;
  readonly mistake: string;
}

const TABLE = /\bCREATE (?:UNLOGGED )?TABLE (?:IF NOT EXISTS )?"?(\w+)/gi;
const TABLE_OF = /^(?:ALTER TABLE (?:IF EXISTS )?(?:ONLY )?|CREATE (?:UNIQUE )?INDEX .*?\bON (?:ONLY )?)"?(\w+)/i;

/** What the version that runs beside a migration would stumble over. */
const BREAKING: readonly Rule[] = [
  { pattern: /\bDROP COLUMN\b|^DROP (?:TABLE|VIEW|TYPE|SEQUENCE)\b/i, mistake: 'takes away what running code reads' },
  { pattern: /^DROP FUNCTION\b/i, mistake: 'takes away a function that running code calls: make another beside it' },
  { pattern: /\bRENAME\b/i, mistake: 'renames what running code names: add the new one, and drop the old one later' },
  { pattern: /\bALTER COLUMN \w+ (?:SET DATA )?TYPE\b/i, mistake: 'rewrites a table under a lock: add another column' },
  {
    pattern: /\bSET NOT NULL\b/i,
    mistake: 'refuses rows that running code writes, and reads all of them under a lock',
  },
  { pattern: /\bDROP DEFAULT\b/i, mistake: 'refuses rows that running code writes without this column' },
];

/** What stops everybody who uses a table while it is done. */
const LOCKING: readonly Rule[] = [
  {
    pattern: /\bADD (?:COLUMN )?(?!CONSTRAINT\b)"?\w+"? (?=[^,]*\bNOT NULL\b)(?![^,]*\bDEFAULT\b)/i,
    mistake: 'adds a column that running code does not fill: give it a default',
  },
  {
    pattern: /\bDEFAULT (?:gen_random_uuid|clock_timestamp|random)\b/i,
    mistake: 'rewrites a table for a default that differs from row to row',
  },
  {
    pattern: /^CREATE (?:UNIQUE )?INDEX (?!CONCURRENTLY\b)/i,
    mistake:
      'keeps everybody from writing while an index is built: CREATE INDEX CONCURRENTLY, in a migration with transaction = false',
  },
  {
    pattern: /\bADD (?:CONSTRAINT \w+ )?(?:CHECK|FOREIGN KEY)\b(?!.*\bNOT VALID\b)/i,
    mistake: 'reads a table under a lock: ADD CONSTRAINT … NOT VALID, and VALIDATE it in the next migration',
  },
  {
    pattern: /\bADD (?:CONSTRAINT \w+ )?(?:UNIQUE|PRIMARY KEY|EXCLUDE)\b(?! USING INDEX)/i,
    mistake: 'builds an index under a lock: build it concurrently, and add the constraint USING INDEX',
  },
  { pattern: /^(?:LOCK|TRUNCATE|CLUSTER|VACUUM FULL|REINDEX (?!.*CONCURRENTLY))\b/i, mistake: 'locks a table' },
];

/** What is wrong with a migration for a service that goes on running while it is applied; empty when nothing is. */
export async function mistakesOf(migration: Migration): Promise<string[]> {
  const statements = await statementsOf(migration);
  const made = new Set(statements.flatMap((text) => [...text.matchAll(TABLE)].map(([, name]) => name)));
  // Nobody uses a table that this migration makes.
  const others = statements.filter((text) => !made.has(TABLE_OF.exec(text)?.[1]));
  const reason = (migration.contract ?? '').trim();
  return [
    ...(reason === '' ? broken(others, BREAKING) : []),
    ...broken(others, LOCKING),
    ...concurrencyMistakes(migration, statements),
  ];
}

function broken(statements: readonly string[], rules: readonly Rule[]): string[] {
  return statements.flatMap((text) =>
    rules.filter(({ pattern }) => pattern.test(text)).map(({ mistake }) => `${text.slice(0, 60)}: ${mistake}`),
  );
}

/** Concurrently is nothing in a transaction; and what was broken off is left behind, in the way of the next attempt. */
function concurrencyMistakes({ transaction }: Migration, statements: readonly string[]): string[] {
  const built = statements.flatMap((text) => /^CREATE (?:UNIQUE )?INDEX CONCURRENTLY (\w+)/i.exec(text)?.[1] ?? []);
  const unprepared = built.filter(
    (name) => !statements.some((text) => new RegExp(`^DROP INDEX (CONCURRENTLY )?IF EXISTS ${name}$`, 'i').test(text)),
  );
  return [
    ...(built.length > 0 && transaction !== false
      ? ['builds an index concurrently, but not with transaction = false']
      : []),
    ...unprepared.map((name) => `${name}: DROP INDEX IF EXISTS it first, an attempt that was broken off has left it`),
  ];
}

/** The statements of `up`, each in a line of its own, asked of nobody. */
async function statementsOf(migration: Migration): Promise<string[]> {
  const asked: string[] = [];
  const query = async (text: string): Promise<unknown[]> => {
    asked.push(text);
    return [];
  };
  await migration.up({ query } as unknown as QueryRunner);
  return asked
    .flatMap((text) => (text.includes('$$') ? [text] : text.split(';')))
    .map((text) => text.replace(/--.*$/gm, '').replace(/\s+/g, ' ').trim())
    .filter((text) => text !== '');
}
