import { Client, type ClientConfig, type QueryConfig, type QueryResult, type QueryResultRow } from 'pg';
import { GatheringSocket } from './gathering-socket.js';

// By when the server started it is told from others, and from itself after it was started again.
const WHO = `SELECT pg_backend_pid() AS pid, pg_postmaster_start_time()::text AS since,
   EXISTS (SELECT FROM pg_proc WHERE proname = 'pg_logical_emit_message' AND has_function_privilege(oid, 'EXECUTE')) AS "canFlush"`;

interface Who {
  readonly pid: number;
  readonly since: string;
  readonly canFlush: boolean;
}

/**
 * A connection on which statements are sent while those before them are still under way, each a transaction of its own (pipelining,
 * PostgreSQL §54.2.4), whose commit waits for no disk.
 */
export class SharedConnection {
  private constructor(
    private readonly client: Client,
    private readonly socket: GatheringSocket,
    /** The server at its other end, for as long as that runs; undefined where somebody stands between, or none may flush. */
    readonly server: string | undefined,
    /** Resolves when it broke or was ended. */
    readonly lost: Promise<void>,
  ) {}

  static async open(options: ClientConfig): Promise<SharedConnection> {
    const socket = new GatheringSocket();
    const client = new Client({ ...options, pipeline: true, stream: () => socket });
    const lost = new Promise<void>((resolve) => {
      client.on('error', () => resolve());
      client.once('end', resolve);
    });
    await client.connect();
    const { rows } = await client.query<Who>(WHO);
    return new SharedConnection(client, socket, serverOf(client, rows[0]), lost);
  }

  query<Row extends QueryResultRow>(query: QueryConfig): Promise<QueryResult<Row>> {
    this.socket.gather();
    return this.client.query<Row>(query);
  }

  /** Waits for what is under way. */
  end(): Promise<void> {
    return this.client.end();
  }
}

function serverOf(client: Client, who: Who | undefined): string | undefined {
  // A pooler gives numbers of its own.
  const { processID } = client as unknown as { readonly processID: number };
  return who?.canFlush && who.pid === processID ? who.since : undefined;
}
