import { networkOf } from './client-address.js';
import { RateLimiter, TooManyRequests } from './rate-limit.js';

describe('the network of an address', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['::FFFF:203.0.113.7', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::9', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002:ffff:ffff:ffff:ffff', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['1::', '1:0:0:0::/64'],
    ['unknown', 'unknown'],
  ])('of %s is %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });

  it('is one for a connection that is gone before it is looked at', () => {
    expect(networkOf(undefined)).toBe('unknown');
  });
});

describe('the rate limiter', () => {
  it('counts all addresses of an IPv6 network as one', () => {
    const limiter = new RateLimiter({ perKey: 1, perAddress: 3 });
    for (const last of ['1', '2', '3']) limiter.countAddress(networkOf(`2001:db8::${last}`));
    expect(() => limiter.countAddress(networkOf('2001:db8::dead:beef'))).toThrow(TooManyRequests);
    expect(() => limiter.countAddress(networkOf('2001:db8:0:1::1'))).not.toThrow();
  });

  it('remembers a bounded number of callers, and an attacker’s addresses push out no key', () => {
    const limiter = new RateLimiter({ perKey: 1, perAddress: 1 });
    limiter.countKey('k1');
    for (let n = 0; n < 60_000; n += 1) limiter.countAddress(`10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`);
    expect(limiter.size).toBeLessThanOrEqual(20_001);
    expect(() => limiter.countKey('k1')).toThrow(TooManyRequests);
  });
});
