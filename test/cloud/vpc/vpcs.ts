/** `/vpcs` (vpc-endpoint-gateways §1.7). */
import { createHash } from 'node:crypto';
import type { World } from '../world.ts';
import { field, parameter } from '../errors.ts';
import { deleteVpc } from './deletion.ts';
import { canChangeHub } from './dns/rules.ts';
import { hubOf } from './dns/topology.ts';
import { passes } from './filters.ts';
import { atPath, defaultSecurityGroupOf, idOf, type Identity } from './find.ts';
import type { Vpc } from './model.ts';
import { operation, type Answer, type Call, type Operation } from './operation.ts';
import { newestFirst, page } from './paging.ts';
import { renderSecurityGroup, renderVpc } from './render.ts';
import { isUsable, nameIsFree, refuse, vpcIsEmpty } from './rules.ts';
import { listQuery, vpcPatch } from './schemas.ts';

const LIST_QUERY = listQuery(['resource_group.id', 'classic_access']);

export function vpcOperations(world: World): Operation[] {
  return [
    operation({
      id: 'list_vpcs',
      route: 'GET /vpcs',
      query: LIST_QUERY,
      handle: list,
    }),
    operation({
      id: 'get_vpc',
      route: 'GET /vpcs/:id',
      handle: (call) => {
        const vpc = vpcAt(call);
        return { status: 200, body: renderVpc(vpc, call.view), headers: { etag: etagOf(vpc) } };
      },
    }),
    operation<VpcPatch>({
      id: 'update_vpc',
      route: 'PATCH /vpcs/:id',
      body: vpcPatch,
      handle: patch,
    }),
    operation({
      id: 'delete_vpc',
      route: 'DELETE /vpcs/:id',
      handle: (call) => remove(world, call),
    }),
    operation({
      id: 'get_vpc_default_security_group',
      route: 'GET /vpcs/:id/default_security_group',
      handle: (call) => ({
        status: 200,
        body: renderSecurityGroup(defaultSecurityGroupOf(vpcAt(call)), call.view),
      }),
    }),
  ];
}

export function vpcAt({ area, params }: Call<unknown>): Vpc {
  return atPath(area.vpcs, params['id'], 'VPC');
}

function list({ area, query, view, page: request }: Call<unknown>): Answer {
  const shown = [...area.vpcs.values()].filter(({ resourceGroup }) =>
    passes(query, { 'resource_group.id': resourceGroup.id, classic_access: 'false' }),
  );
  const render = (vpc: Vpc): unknown => renderVpc(vpc, view);
  return { status: 200, body: page('vpcs', shown, { order: newestFirst, render, request }) };
}

interface VpcPatch {
  readonly name?: string;
  readonly dns?: {
    readonly enable_hub?: boolean;
    readonly resolver?: { readonly type?: 'system' | 'delegated'; readonly vpc?: Identity | null };
  };
}

function patch(call: Call<VpcPatch>): Answer {
  const vpc = vpcAt(call);
  const { name = vpc.name, dns: { enable_hub: enableHub = vpc.enableHub, resolver } = {} } = call.body;
  isAsRead(call, vpc);
  isUsable(vpc);
  nameIsFree(call.area.vpcs.values(), name, vpc);
  if (enableHub !== vpc.enableHub) {
    canChangeHub(vpc, enableHub);
  }
  const delegate = resolver === undefined ? vpc.resolver : resolverOf(vpc, resolver);
  if (resolver !== undefined) {
    vpc.manualServers = [];
  }
  vpc.name = name;
  vpc.enableHub = enableHub;
  vpc.resolver = delegate;
  return { status: 200, body: renderVpc(vpc, call.view), headers: { etag: etagOf(vpc) } };
}

/** The hub that a VPC is to ask, of its own binding; undefined for the system's resolver. */
function resolverOf(vpc: Vpc, wanted: Required<VpcPatch>['dns']['resolver']): Vpc | undefined {
  const { type, vpc: identity } = wanted ?? {};
  const hub = identity === null || identity === undefined ? undefined : hubOf(vpc);
  const isDelegated = (type ?? (vpc.resolver === undefined ? 'system' : 'delegated')) === 'delegated';
  if (isDelegated ? identity === null || hub?.id !== idOf(identity ?? {}) : hub !== undefined) {
    const message = 'dns.resolver.vpc is the hub of the VPC, and set if and only if the type is delegated.';
    refuse([400, 'bad_field'], message, field('dns.resolver.vpc'));
  }
  return isDelegated ? hub : undefined;
}

/** Changes with what a client can change about the VPC itself. */
function etagOf({ id, name, status, enableHub, resolver, manualServers }: Vpc): string {
  const content = [id, name, status, enableHub, resolver?.id, ...manualServers].join('/');
  return `W/"${createHash('sha256').update(content).digest('hex').slice(0, 32)}"`;
}

function isAsRead({ ifMatch }: Call<unknown>, vpc: Vpc): void {
  if (ifMatch !== undefined && ifMatch !== etagOf(vpc)) {
    const message = 'The VPC has changed since the ETag in If-Match was read.';
    refuse([412, 'precondition_failed'], message, parameter('id', vpc.id));
  }
}

function remove(world: World, call: Call<unknown>): Answer {
  const vpc = vpcAt(call);
  isAsRead(call, vpc);
  isUsable(vpc);
  vpcIsEmpty(vpc);
  deleteVpc(world, vpc);
  return { status: 204 };
}
