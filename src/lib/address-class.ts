/** What an IPv4 address tells about the way that leads to it. */
import { BlockList } from 'node:net';

/**
 * `classic-service`: a cloud service endpoint, which VPCs reach without any gateway (private-cli §5a). `infrastructure`:
 * IBM's own servers, such as resolvers and mirrors. `private`: an address of somebody's own network, or of this
 * machine. `public`: every other.
 */
export type AddressClass = 'classic-service' | 'infrastructure' | 'private' | 'public';

type Range = readonly [network: string, prefix: number];

const classes: readonly (readonly [AddressClass, BlockList])[] = [
  ['classic-service', blockList([['166.8.0.0', 14]])],
  ['infrastructure', blockList([['161.26.0.0', 16]])],
  [
    'private',
    blockList([
      ['10.0.0.0', 8],
      ['172.16.0.0', 12],
      ['192.168.0.0', 16],
      // Shared address space (RFC 6598), loopback, link-local.
      ['100.64.0.0', 10],
      ['127.0.0.0', 8],
      ['169.254.0.0', 16],
    ]),
  ],
];

/** Of an IPv4 address. */
export function addressClass(address: string): AddressClass {
  return classes.find(([, ranges]) => ranges.check(address, 'ipv4'))?.[0] ?? 'public';
}

function blockList(ranges: readonly Range[]): BlockList {
  const list = new BlockList();
  ranges.forEach(([network, prefix]) => list.addSubnet(network, prefix, 'ipv4'));
  return list;
}
