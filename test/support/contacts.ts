import type { Profile } from './api.js';
import type { TestApp } from './app.js';
import type { User, Visitor } from './world.js';

/** What a request says of a contact. */
export const named = (contact: string): object => (contact.includes('@') ? { email: contact } : { phone: contact });

/** The code that was sent last to a contact, whoever asked for it. */
export async function codeSentTo(app: TestApp, { api }: Visitor, contact: string): Promise<string> {
  await app.delivered();
  const { body } = await api.latestMessage(`to=${encodeURIComponent(contact)}`);
  if (!body.code) throw new Error('The last message there has no code.');
  return body.code;
}

/** What somebody confirms another contact of theirs by. */
export interface PendingContact {
  readonly challengeId: string;
  readonly code: string;
}

/** Asks for another contact and reads the code there. */
export async function askForContact(app: TestApp, user: User, contact: string): Promise<PendingContact> {
  const { status, body, text } = await user.api.askForContact(named(contact));
  if (status !== 202) throw new Error(`Asking for a contact answered ${status}: ${text}`);
  return { challengeId: body.challengeId, code: await codeSentTo(app, user, contact) };
}

/** Gives somebody another contact. */
export async function changeContact(app: TestApp, user: User, contact: string): Promise<Profile> {
  const { challengeId, code } = await askForContact(app, user, contact);
  const { status, body, text } = await user.api.confirmContact(challengeId, code);
  if (status !== 200) throw new Error(`Confirming a contact answered ${status}: ${text}`);
  return body;
}
