import type { Contact } from '../../src/common/contact.js';
import { DomainError } from '../../src/common/domain-error.js';
import { type OtpWorld, somebody } from './otp-world.js';

export const aNetwork = (): string => somebody().asker.network;
export const aPhone = (): Contact => somebody().contact;

/** The first phones of a number block. */
export const inBlock = (block: string, count: number): Contact[] =>
  Array.from({ length: count }, (_, index) => ({ channel: 'sms', value: `${block}${String(index).padStart(4, '0')}` }));

/** What refuses a message, or `sent`. */
export async function outcomeOf(world: OtpWorld, contact: Contact, network = aNetwork()): Promise<string> {
  try {
    await world.charges.charge({ contact, network });
    return 'sent';
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return error.facts.policy?.name ?? error.kind.code;
  }
}

/** The same for many who ask at once, each on a network of their own unless told otherwise: how often each outcome was. */
export async function outcomesOf(
  world: OtpWorld,
  contacts: readonly Contact[],
  network?: string,
): Promise<Record<string, number>> {
  const outcomes = await Promise.all(contacts.map((contact) => outcomeOf(world, contact, network)));
  return Object.fromEntries(
    [...new Set(outcomes)].map((each) => [each, outcomes.filter((other) => other === each).length]),
  );
}

/** Has the contact sign in from a network, by default one of its own. */
export async function makeKnown(world: OtpWorld, contact: Contact, network = aNetwork()): Promise<void> {
  world.limits.reward({ contact, network, shares: [] });
  await world.limits.beforeApplicationShutdown();
}
