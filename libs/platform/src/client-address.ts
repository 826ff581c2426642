import { isIP } from 'node:net';

const IPV6_GROUPS = 8;
/** One customer of a network gets a /64 at least, and may send from any address in it. */
const NETWORK_GROUPS = 4;

/**
 * Whose counter a network address falls under: an IPv4 address is its own, also written as IPv6; of an IPv6 address the first
 * 64 bits. It is the peer of the connection: `X-Forwarded-For` is what any client may write, and is never believed.
 */
export function networkOf(address: string | undefined): string {
  if (address === undefined) return 'unknown';
  const plain = address.split('%', 1)[0] ?? '';
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(plain)?.[1];
  if (mapped !== undefined) return mapped;
  if (isIP(plain) !== 6) return plain;
  const [head = '', tail] = plain.toLowerCase().split('::') as [string, string?];
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: Math.max(0, IPV6_GROUPS - before.length - after.length) }, () => '0');
  const groups = [...before, ...(tail === undefined ? [] : zeros), ...after];
  return `${groups
    .slice(0, NETWORK_GROUPS)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`;
}
