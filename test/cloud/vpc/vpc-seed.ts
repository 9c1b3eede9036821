/** A VPC as a test puts it into the cloud; its ids are derived from its name. */
import { parseBlock, type Block } from './addresses.ts';
import { regionalId, resourceCrn } from './ids.ts';
import type { AccountRegion, Vpc } from './model.ts';

export interface VpcContent {
  readonly name: string;
  /** A CIDR block for each zone, in order; three blocks of 10.{0,1,2}.0.0/16 when absent. */
  readonly addressPrefixes?: readonly string[];
  /** A DNS hub: its gateways must be `primary` (rule R5). */
  readonly enableHub?: boolean;
  /** Addresses of DNS servers of its own: `dns.resolver` is of type `manual`. */
  readonly manualServers?: readonly string[];
}

const DEFAULT_PREFIXES = ['10.0.0.0/16', '10.1.0.0/16', '10.2.0.0/16'];

export function newVpc(area: AccountRegion, seed: VpcContent, createdAtMs: number): Vpc {
  const { account, region } = area;
  const { name, addressPrefixes = DEFAULT_PREFIXES, enableHub = false, manualServers = [] } = seed;
  const seedName = `${account.id}/${region}/${name}`;
  const id = regionalId(region, seedName);
  return {
    id,
    crn: resourceCrn(area, 'vpc', id),
    name,
    createdAtMs,
    resourceGroup: account.defaultResourceGroup,
    area,
    zones: new Map(addressPrefixes.map((cidr, index) => [`${region}-${index + 1}`, blockOf(cidr)])),
    enableHub,
    dnsBindings: new Set(),
    resolver: undefined,
    manualServers,
    sharingEndedAtMs: new Map(),
    networkAcl: { id: regionalId(region, `${seedName}/acl`), name: `${name}-acl` },
    routingTable: { id: regionalId(region, `${seedName}/routes`), name: `${name}-routes` },
    subnets: new Set(),
    securityGroups: new Set(),
    gateways: new Set(),
    privatePaths: new Set(),
    status: 'available',
    locked: false,
  };
}

export function blockOf(cidr: string): Block {
  const block = parseBlock(cidr);
  if (block === undefined) {
    throw new Error(`not a CIDR block: ${cidr}`);
  }
  return block;
}
