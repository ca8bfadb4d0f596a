import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { from as copyFrom } from 'pg-copy-streams';

const CHUNK_CHARACTERS = 64 * 1024;

/** Writes the rows of a table by COPY; each is an array in the order of `columns`. Answers how many there were. */
export async function copyRows(client, { name, columns, rows }) {
  const counter = { rows: 0 };
  const stream = client.query(copyFrom(`COPY ${name} (${columns.join(', ')}) FROM STDIN`));
  await pipeline(Readable.from(chunksOf(rows, counter), { objectMode: true }), stream);
  return counter.rows;
}

function* chunksOf(rows, counter) {
  let chunk = '';
  for (const row of rows) {
    counter.rows += 1;
    chunk += `${row.map(copyText).join('\t')}\n`;
    if (chunk.length < CHUNK_CHARACTERS) continue;
    yield chunk;
    chunk = '';
  }
  if (chunk !== '') yield chunk;
}

/** The text format of COPY: backslashes and what separates values are escaped. */
function copyText(value) {
  if (value === null) return '\\N';
  if (typeof value !== 'string') return String(value);
  return /[\\\t\n\r]/.test(value) ? value.replace(/[\\\t\n\r]/g, (letter) => ESCAPED[letter]) : value;
}

const ESCAPED = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

/** A time in milliseconds as PostgreSQL reads it. */
export const timestamp = (milliseconds) => (milliseconds === null ? null : new Date(milliseconds).toISOString());
