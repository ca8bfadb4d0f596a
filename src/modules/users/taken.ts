import { QueryFailedError } from 'typeorm';
import { ContactTaken, UsernameTaken } from './users.errors.js';

const TAKEN = new Map<string, typeof ContactTaken | typeof UsernameTaken>([
  ['users_phone_unique', ContactTaken],
  ['users_email_unique', ContactTaken],
  ['users_username_unique', UsernameTaken],
]);

/** Tells what is somebody else's, where a unique index says no. @throws ContactTaken, UsernameTaken */
export async function asTaken<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    const Taken = TAKEN.get(constraintOf(error) ?? '');
    throw Taken ? new Taken({ cause: error }) : error;
  }
}

function constraintOf(error: unknown): string | undefined {
  if (!(error instanceof QueryFailedError)) return undefined;
  return (error.driverError as { constraint?: string }).constraint;
}
