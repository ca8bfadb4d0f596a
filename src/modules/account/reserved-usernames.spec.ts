import { isReserved } from './reserved-usernames.js';

describe('A username that people choose', () => {
  it.each(['admin', 'admin_1', '__admin__', 'ad_min', 'Moderator', 'noreply', 'latchkey', 'help', 'helpdesk', 'bot'])(
    'never passes for the service: %s',
    (username) => {
      expect(isReserved(username, 'Acme')).toBe(true);
    },
  );

  it.each(['acme_inc', 'AcmeInc', 'acme_inc_1'])('never is the name of the product: %s', (username) => {
    expect(isReserved(username, 'ACME, Inc.')).toBe(true);
  });

  it.each(['you', 'self', 'null', 'deleted', 'api', 'export'])(
    'is no word that means something else: %s',
    (username) => {
      expect(isReserved(username, 'Acme')).toBe(true);
    },
  );

  it.each(['anna', 'administer', 'my_admin', 'you_1', 'api_fan', 'acme_fan', 'bottle'])('may be %s', (username) => {
    expect(isReserved(username, 'Acme')).toBe(false);
  });
});
