import type { Client, Pool } from 'pg';

/** What pg throws when a statement gets no answer in time. */
const UNANSWERED = /^Query read timeout$/;

/**
 * Takes connections out of the pool that come back in the middle of something: of a statement that nobody waits for any more, or of
 * a transaction. Whoever got one next would wait for that statement, or write into that transaction.
 */
export function dropDisorderly(pool: Pool): void {
  pool.on('release', (_error, released) => {
    const client = released as unknown as Client;
    if (isInDisorder(client)) void client.end();
  });
}

function isInDisorder(client: Client): boolean {
  // pg declares it nowhere. Before the answer to a statement the status is still that of the last one.
  const { readyForQuery } = client as unknown as { readonly readyForQuery: boolean };
  return !readyForQuery || client.getTransactionStatus() !== 'I';
}

/** Whether the server has not answered: then it will not answer ROLLBACK either. */
export const isUnanswered = (error: unknown): boolean => error instanceof Error && UNANSWERED.test(error.message);
