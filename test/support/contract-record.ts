import { appendFileSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** An answer that the contract describes. */
export interface Seen {
  readonly operationId: string;
  readonly status: number;
  /** Which of the operation's problems it was. */
  readonly code?: string;
}

/** The folder of the record; not set where nobody asks for one. `npm run contract:coverage` reads it. */
const { LATCHKEY_CONTRACT_RECORD: FOLDER } = process.env;

const noted = new Set<string>();

/** Before a run: what an earlier one has seen does not count for this one. */
export function forgetSeen(): void {
  if (FOLDER) rmSync(FOLDER, { recursive: true, force: true });
}

/** Writes down that an answer was seen. Each process has a file of its own, and knows what stands there already. */
export function noteSeen({ operationId, status, code = '-' }: Seen): void {
  const line = `${operationId} ${status} ${code}\n`;
  if (!FOLDER || noted.has(line)) return;
  noted.add(line);
  mkdirSync(FOLDER, { recursive: true });
  appendFileSync(join(FOLDER, `${process.pid}.txt`), line);
}
