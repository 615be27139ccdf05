import { BlockList, isIP } from 'node:net';

// What is not of the public internet: https://www.iana.org/assignments/iana-ipv4-special-registry
const notPublic = new BlockList();
for (const [net, bits] of [
  ...[['0.0.0.0', 8] as const, ['10.0.0.0', 8] as const, ['100.64.0.0', 10] as const],
  ...[['127.0.0.0', 8] as const, ['169.254.0.0', 16] as const, ['172.16.0.0', 12] as const],
  ...[['192.0.0.0', 24] as const, ['192.0.2.0', 24] as const, ['192.88.99.0', 24] as const],
  ...[['192.168.0.0', 16] as const, ['198.18.0.0', 15] as const, ['198.51.100.0', 24] as const],
  ...[['203.0.113.0', 24] as const, ['224.0.0.0', 4] as const, ['240.0.0.0', 4] as const],
]) {
  notPublic.addSubnet(net, bits, 'ipv4');
}

// Of IPv6 only these are: https://www.iana.org/assignments/ipv6-unicast-address-assignments
const global = new BlockList();
global.addSubnet('2000::', 3, 'ipv6');

// And of these not those that are for special ends, or lead to an address of IPv4 that is in them.
const special = new BlockList();
for (const [net, bits] of [
  ...[['2001::', 23] as const, ['2001:db8::', 32] as const],
  ...[['2002::', 16] as const, ['3fff::', 20] as const],
]) {
  special.addSubnet(net, bits, 'ipv6');
}

/** Whether an address, as text, is one of the public internet. */
export function isPublicAddress(address: string): boolean {
  const version = isIP(address);
  if (version === 4) return !notPublic.check(address, 'ipv4');
  return version === 6 && global.check(address, 'ipv6') && !special.check(address, 'ipv6');
}

/** The address that the host of a URL is, where it is not a name. */
export function literalAddress({ hostname }: URL): string | undefined {
  const bare = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
  return isIP(bare) === 0 ? undefined : bare;
}
