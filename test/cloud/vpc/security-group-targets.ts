/**
 * `/security_groups/{id}/targets` (vpc-endpoint-gateways §1.6). Only endpoint gateways exist here, so every target
 * id is a gateway's.
 */
import type { World } from '../world.ts';
import { atPath } from './find.ts';
import { changed } from './lifecycle.ts';
import type { EndpointGateway } from './model.ts';
import { operation, type Answer, type Call, type Operation } from './operation.ts';
import { newestFirst, page } from './paging.ts';
import { roomForTarget } from './quotas.ts';
import { gatewayReference } from './render-references.ts';
import { hasRoomForSecurityGroups, isChangeable, isInVpc, isNotLastSecurityGroup } from './rules.ts';
import { listQuery } from './schemas.ts';
import { securityGroupAt } from './security-groups.ts';

const PATH = '/security_groups/:id/targets/:target';

const LIST_QUERY = listQuery();

export function securityGroupTargetOperations(world: World): Operation[] {
  return [
    operation({
      id: 'list_security_group_targets',
      route: 'GET /security_groups/:id/targets',
      query: LIST_QUERY,
      handle: (call) => {
        const render = (gateway: EndpointGateway): unknown => gatewayReference(gateway, call.view);
        const targets = securityGroupAt(call).targets.values();
        return {
          status: 200,
          body: page('targets', targets, { order: newestFirst, render, request: call.page }),
        };
      },
    }),
    operation({
      id: 'get_security_group_target',
      route: `GET ${PATH}`,
      handle: (call) => ({ status: 200, body: gatewayReference(targetAt(call), call.view) }),
    }),
    operation({
      id: 'create_security_group_target_binding',
      route: `PUT ${PATH}`,
      handle: (call) => attach(world, call),
    }),
    operation({
      id: 'delete_security_group_target_binding',
      route: `DELETE ${PATH}`,
      handle: (call) => detach(world, call),
    }),
  ];
}

function targetAt(call: Call<unknown>): EndpointGateway {
  return atPath(securityGroupAt(call).targets, call.params['target'], 'target');
}

/** Answers 200 also when the gateway is a target already (the choice of §12; the real answer is UNCONFIRMED). */
function attach(world: World, call: Call<unknown>): Answer {
  const securityGroup = securityGroupAt(call);
  const gateway = atPath(call.area.gateways, call.params['target'], 'target');
  isChangeable(gateway);
  if (!gateway.securityGroups.has(securityGroup)) {
    isInVpc(securityGroup, gateway.vpc);
    roomForTarget(world, securityGroup);
    hasRoomForSecurityGroups(gateway.securityGroups.size + 1);
    gateway.securityGroups.add(securityGroup);
    securityGroup.targets.set(gateway.id, gateway);
    changed(world, gateway);
  }
  return { status: 200, body: gatewayReference(gateway, call.view) };
}

function detach(world: World, call: Call<unknown>): Answer {
  const securityGroup = securityGroupAt(call);
  const gateway = targetAt(call);
  isChangeable(gateway);
  isNotLastSecurityGroup(gateway);
  gateway.securityGroups.delete(securityGroup);
  securityGroup.targets.delete(gateway.id);
  changed(world, gateway);
  return { status: 204 };
}
