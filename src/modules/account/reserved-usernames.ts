/** Whoever bears one of these could pass for the service or for somebody who works there. */
const AUTHORITIES = new Set(
  (
    'admin administrator moderator mod staff team official owner root system sysadmin superuser operator support helpdesk ' +
    'help security service bot abuse billing postmaster webmaster hostmaster noreply donotreply latchkey'
  ).split(' '),
);

/** Words that addresses and texts use for other things. */
const WORDS = new Set(
  (
    'you self null undefined none nobody anonymous unknown deleted user users guest account accounts profile settings ' +
    'api auth login logout signin signup register password session sessions avatar avatars contact contacts about info mail ' +
    'email phone invite invites referral referrals test www export'
  ).split(' '),
);

/** Underscores and digits around it do not make an authority somebody else. */
const bare = (username: string): string => username.toLowerCase().replace(/[^a-z]/g, '');

/** Whether nobody may choose a username for themself. @param productName as people read it */
export function isReserved(username: string, productName: string): boolean {
  return WORDS.has(username) || AUTHORITIES.has(bare(username)) || bare(username) === bare(productName);
}
