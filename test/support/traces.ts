import type { TestApp } from './app.js';

interface Trace {
  readonly table: string;
  readonly row: string;
}

/** Where any of these texts stands in the database: in any column of any table, in arrays, in JSON, and in bytes too. */
export async function tracesOf(app: TestApp, texts: readonly string[]): Promise<Record<string, string[]>> {
  const rows = await everyRow(app);
  const found = texts.map((text) => {
    const forms = [text, Buffer.from(text).toString('hex'), Buffer.from(text).toString('base64').replace(/=+$/, '')];
    const tables = rows.filter(({ row }) => forms.some((form) => row.includes(form))).map(({ table }) => table);
    return [text, [...new Set(tables)].sort()] as const;
  });
  return Object.fromEntries(found.filter(([, tables]) => tables.length > 0));
}

/** Bytes come as hexadecimal digits, everything else as it is. */
async function everyRow(app: TestApp): Promise<Trace[]> {
  const tables = await app.sql<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'`,
  );
  const rows = tables.map(({ name }) =>
    app.sql<Trace>(`SELECT '${name}' AS "table", t::text AS row FROM "${name}" AS t`),
  );
  return (await Promise.all(rows)).flat();
}
