/** What is known of the addresses that names lead to instead of the gateway. */
import type { Session } from '../../../cloud/accounts.ts';
import type { EndpointGateway } from '../../../cloud/vpc-types.ts';
import { overlap } from '../../../lib/host-names.ts';
import { addressClass } from '../../../lib/address-class.ts';
import type { NameResult } from '../../../lib/names.ts';
import type { Stray } from './proofs.ts';

/**
 * By address; a gateway in a VPC that is closed to the account's objects is not told of. VPCs may use the same addresses, so another gateway of the same VPC counts first, then one that answers
 * for the name.
 */
export function straysIn(
  results: readonly NameResult[],
  gateway: EndpointGateway,
  { inventory, allows }: Pick<Session, 'inventory' | 'allows'>,
): ReadonlyMap<string, Stray> {
  const own = new Set(gateway.ips.map(({ address }) => address));
  const vpcs = inventory.vpcs.latest?.byId;
  const others = Array.from(inventory.gateways.latest?.byId.values() ?? []).filter(({ id, vpc }) => {
    const open = vpcs?.get(vpc.id);
    return id !== gateway.id && open !== undefined && allows.vpc(open);
  });
  const strays = new Map<string, Stray>();
  for (const { name, addresses } of results) {
    for (const address of addresses.filter((answer) => !own.has(answer))) {
      const holders = others.filter(({ ips }) => ips.some((ip) => ip.address === address));
      const owner =
        holders.find(({ vpc }) => vpc.id === gateway.vpc.id) ??
        holders.find((other) => other.service_endpoints.some((endpoint) => overlap(endpoint, name)));
      strays.set(address, { class: addressClass(address), owner });
    }
  }
  return strays;
}
