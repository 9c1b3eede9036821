/** `/subnets` (vpc-endpoint-gateways §1.5). */
import type { ResourceGroup } from '../accounts.ts';
import { ApiError, field } from '../errors.ts';
import type { World } from '../world.ts';
import { firstFreeBlock, isWithin, overlap, parseBlock, type Block } from './addresses.ts';
import { passes, placement, PLACEMENT_FILTERS } from './filters.ts';
import { atPath, idOf, resourceGroupIn, vpcIn, type Identity } from './find.ts';
import { randomName, resourceCrn, zonalId } from './ids.ts';
import { deleteSubnet } from './deletion.ts';
import type { Subnet, Vpc } from './model.ts';
import { operation, type Answer, type Call, type Operation } from './operation.ts';
import { newestFirst, page } from './paging.ts';
import { renderSubnet } from './render.ts';
import { reserveProviderAddresses } from './reservation.ts';
import { isUsable, nameIsFree } from './rules.ts';
import { listQuery, subnetPrototype } from './schemas.ts';
import { UNKNOWN_REFERENCE_STATUS } from './unconfirmed.ts';

const LIST_QUERY = listQuery([...PLACEMENT_FILTERS, 'zone.name', 'routing_table.id', 'routing_table.name']);

export function subnetOperations(world: World): Operation[] {
  return [
    operation({
      id: 'list_subnets',
      route: 'GET /subnets',
      query: LIST_QUERY,
      handle: list,
    }),
    operation<SubnetPrototype>({
      id: 'create_subnet',
      route: 'POST /subnets',
      body: subnetPrototype,
      handle: (call) => create(world, call),
    }),
    operation({
      id: 'get_subnet',
      route: 'GET /subnets/:id',
      handle: (call) => ({ status: 200, body: renderSubnet(subnetAt(call), call.view) }),
    }),
    operation({
      id: 'delete_subnet',
      route: 'DELETE /subnets/:id',
      handle: (call) => {
        const subnet = subnetAt(call);
        isUsable(subnet);
        deleteSubnet(world, subnet);
        return { status: 204 };
      },
    }),
  ];
}

interface SubnetPrototype {
  readonly vpc: Identity;
  readonly name?: string;
  readonly ipv4_cidr_block?: string;
  readonly total_ipv4_address_count?: number;
  readonly zone?: { readonly name?: string; readonly href?: string };
  readonly network_acl?: Identity;
  readonly routing_table?: Identity;
  readonly resource_group?: Identity;
}

export function subnetAt({ area, params }: Call<unknown>): Subnet {
  return atPath(area.subnets, params['id'], 'subnet');
}

function list({ area, query, view, page: request }: Call<unknown>): Answer {
  const shown = [...area.subnets.values()].filter((subnet) =>
    passes(query, {
      ...placement(subnet),
      'zone.name': subnet.zone,
      'routing_table.id': subnet.vpc.routingTable.id,
      'routing_table.name': subnet.vpc.routingTable.name,
    }),
  );
  const render = (subnet: Subnet): unknown => renderSubnet(subnet, view);
  return { status: 200, body: page('subnets', shown, { order: newestFirst, render, request }) };
}

function create(world: World, { area, body, view }: Call<SubnetPrototype>): Answer {
  const vpc = vpcIn(area, body.vpc);
  isUsable(vpc);
  isOwn(body.network_acl, vpc.networkAcl.id, 'network_acl');
  isOwn(body.routing_table, vpc.routingTable.id, 'routing_table');
  const { name = randomName() } = body;
  nameIsFree(vpc.subnets, name);
  const { zone, block } = placeOf(vpc, body);
  const subnet = addSubnet(vpc, {
    id: zonalId(zone),
    name,
    createdAtMs: world.clock.now(),
    resourceGroup: resourceGroupIn(area, body.resource_group),
    zone,
    block,
  });
  return { status: 201, body: renderSubnet(subnet, view), createdId: subnet.id };
}

/** A VPC has exactly one network ACL and one routing table here. */
function isOwn(identity: Identity | undefined, id: string, name: string): void {
  if (identity !== undefined && idOf(identity) !== id) {
    const message = `The ${name} does not exist or cannot be accessed.`;
    const target = field(name, idOf(identity));
    throw new ApiError({ status: UNKNOWN_REFERENCE_STATUS, code: 'not_found', message, target });
  }
}

/** Zone and addresses: by CIDR, which lies in a zone's address prefix, or by size in a given zone. */
function placeOf(vpc: Vpc, body: SubnetPrototype): { zone: string; block: Block } {
  const { ipv4_cidr_block: cidr, total_ipv4_address_count: size, zone: zoneIdentity } = body;
  const zone = zoneIdentity?.name ?? zoneIdentity?.href?.split('/').at(-1);
  if ((cidr === undefined) === (size === undefined)) {
    const message = 'Exactly one of ipv4_cidr_block and total_ipv4_address_count must be set.';
    throw new ApiError({ status: 400, code: 'validation_failed_oneof', message });
  }
  if (zone !== undefined && !vpc.zones.has(zone)) {
    const message = `The VPC has no zone ${zone}.`;
    throw new ApiError({ status: 400, code: 'invalid_zone', message, target: field('zone', zone) });
  }
  return cidr === undefined ? placeBySize(vpc, zone, size ?? 0) : placeByCidr(vpc, zone, cidr);
}

function placeByCidr(vpc: Vpc, zone: string | undefined, cidr: string): { zone: string; block: Block } {
  const block = parseBlock(cidr);
  const home = [...vpc.zones].find(([, prefix]) => block !== undefined && isWithin(block, prefix))?.[0];
  const isTaken = [...vpc.subnets].some((other) => block !== undefined && overlap(other.block, block));
  if (block === undefined || home === undefined || (zone ?? home) !== home || isTaken) {
    const message = 'The CIDR block must be free and lie in an address prefix of the VPC and zone.';
    const target = field('ipv4_cidr_block', cidr);
    throw new ApiError({ status: 400, code: 'validation_invalid_cidr', message, target });
  }
  return { zone: home, block };
}

function placeBySize(vpc: Vpc, zone: string | undefined, size: number): { zone: string; block: Block } {
  if (zone === undefined) {
    const message = 'total_ipv4_address_count needs a zone.';
    throw new ApiError({ status: 400, code: 'validation_required_field', message, target: field('zone') });
  }
  const prefix = vpc.zones.get(zone);
  const taken = [...vpc.subnets].map(({ block }) => block);
  const isPower = Number.isInteger(Math.log2(size));
  const block = prefix !== undefined && isPower ? firstFreeBlock(prefix, size, taken) : undefined;
  if (block === undefined) {
    const message = 'The count must be a power of two that fits into the free part of an address prefix.';
    const target = field('total_ipv4_address_count', String(size));
    throw new ApiError({ status: 400, code: 'bad_field', message, target });
  }
  return { zone, block };
}

interface NewSubnet {
  readonly id: string;
  readonly name: string;
  readonly createdAtMs: number;
  readonly resourceGroup: ResourceGroup;
  readonly zone: string;
  readonly block: Block;
}

/** The location in a subnet's CRN is its zone. */
export function addSubnet(vpc: Vpc, wanted: NewSubnet): Subnet {
  const crn = resourceCrn({ account: vpc.area.account, region: wanted.zone }, 'subnet', wanted.id);
  const subnet: Subnet = {
    ...wanted,
    crn,
    vpc,
    reservedIPs: new Map(),
    byAddress: new Map(),
    status: 'available',
  };
  reserveProviderAddresses(subnet, wanted.createdAtMs);
  vpc.subnets.add(subnet);
  vpc.area.subnets.set(subnet.id, subnet);
  return subnet;
}
