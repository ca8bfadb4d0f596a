import { createServer } from 'node:net';
import { CannotStart } from './common/cannot-start.js';
import { InvalidConfiguration } from './config/env.js';

/**
 * Runs a process: a mistake people can mend ends it with one clear message, anything else with its stack.
 * @param toldToStop another reason to stop than a signal
 */
export async function runProcess(start: () => Promise<() => Promise<void>>, toldToStop?: Promise<void>): Promise<void> {
  const interrupted = Promise.race([interruption(), ...(toldToStop ? [toldToStop] : [])]);
  try {
    const stop = await Promise.race([start(), interrupted]);
    // Interrupted while it starts, it leaves at once: what it has begun ends with it.
    if (!stop) process.exit(0);
    await interrupted;
    await stop();
    process.exit(0);
  } catch (error) {
    console.error(isForPeople(error) ? error.message : error);
    process.exit(1);
  }
}

/** @throws CannotStart when somebody else listens there */
export async function ensurePortIsFree(port: number, host: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => reject(explained(error, port, host)));
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve()));
  });
}

function explained(error: NodeJS.ErrnoException, port: number, host: string): Error {
  if (error.code === 'EADDRINUSE') {
    return new CannotStart(
      `Port ${port} of ${host} is taken. Stop what listens there, or choose another: PORT=3001 npm start`,
    );
  }
  if (error.code === 'EACCES')
    return new CannotStart(`Port ${port} of ${host} may not be used. Choose one above 1023 with PORT.`);
  return error;
}

/** The first SIGINT or SIGTERM; a second one ends the process at once. */
function interruption(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        process.once(signal, () => process.exit(1));
        resolve();
      });
    }
  });
}

const isForPeople = (error: unknown): error is Error =>
  error instanceof CannotStart || error instanceof InvalidConfiguration;
