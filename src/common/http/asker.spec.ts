import { networkOf } from './asker.js';

describe('The network of an address', () => {
  it.each([
    ['203.0.113.77', '203.0.113.0/24'],
    ['127.0.0.1', '127.0.0.0/24'],
    ['::ffff:203.0.113.77', '203.0.113.0/24'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:0001:0002::1', '2001:db8:1:2::/64'],
    ['fe80::1%eth0', 'fe80::/64'],
    ['::1', '::/64'],
  ])('of %s is %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });

  it.each(['', 'unknown', '127.1', '0x7f.0.0.1', '999.1.1.1', '1.2.3.4, 5.6.7.8', '203.0.113.7:80', '[::1]'])(
    'is unknown for %j',
    (text) => {
      expect(networkOf(text)).toBeUndefined();
    },
  );
});
