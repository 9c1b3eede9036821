/** `/vpcs` (vpc-endpoint-gateways §1.7). */
import { createHash } from 'node:crypto';
import type { World } from '../world.ts';
import { ApiError, parameter } from '../errors.ts';
import { passes } from './filters.ts';
import { atPath, defaultSecurityGroupOf } from './find.ts';
import { deleteVpc } from './lifecycle.ts';
import type { Vpc } from './model.ts';
import { operation, type Answer, type Call, type Operation } from './operation.ts';
import { newestFirst, page } from './paging.ts';
import { renderSecurityGroup, renderVpc } from './render.ts';
import { isUsable, vpcIsEmpty } from './rules.ts';
import { listQuery } from './schemas.ts';

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

function vpcAt({ area, params }: Call<unknown>): Vpc {
  return atPath(area.vpcs, params['id'], 'VPC');
}

function list({ area, query, view, page: request }: Call<unknown>): Answer {
  const shown = [...area.vpcs.values()].filter(({ resourceGroup }) =>
    passes(query, { 'resource_group.id': resourceGroup.id, classic_access: 'false' }),
  );
  const render = (vpc: Vpc): unknown => renderVpc(vpc, view);
  return { status: 200, body: page('vpcs', shown, { order: newestFirst, render, request }) };
}

/** Changes with what a client can change about the VPC itself. */
function etagOf({ id, name, status }: Vpc): string {
  return `W/"${createHash('sha256').update(`${id}/${name}/${status}`).digest('hex').slice(0, 32)}"`;
}

function remove(world: World, call: Call<unknown>): Answer {
  const vpc = vpcAt(call);
  if (call.ifMatch !== undefined && call.ifMatch !== etagOf(vpc)) {
    const message = 'The VPC has changed since the ETag in If-Match was read.';
    const target = parameter('id', vpc.id);
    throw new ApiError({ status: 412, code: 'precondition_failed', message, target });
  }
  isUsable(vpc);
  vpcIsEmpty(vpc);
  deleteVpc(world, vpc);
  return { status: 204 };
}
