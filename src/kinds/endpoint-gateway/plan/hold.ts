/**
 * Holds back what would cut the way of somebody who uses it: the deletion of the gateway, its last address, its
 * security groups, how its names are shared (design §5.4). Everything else that the same plan holds waits with it. Pure.
 */
import { isObserved } from '../../../controller/management.ts';
import type { Action } from '../actions.ts';
import type { GatewayResource, Observed } from '../observed.ts';
import type { GatewayPlan } from '../plan.ts';

/** Its value is the object's `metadata.generation`: what is edited later is held back again. */
export const releasePathAnnotation = 'vpe-operator.io/release-path';

export function heldBack(
  plan: (resource: GatewayResource, observed: Observed) => GatewayPlan,
): (resource: GatewayResource, observed: Observed) => GatewayPlan {
  return (resource, observed) => {
    const planned = plan(resource, observed);
    const users = observed.paths?.users ?? [];
    if (planned.kind !== 'act' || users.length === 0 || isReleased(resource) || isObserved(resource)) {
      return planned;
    }
    const cut = planned.actions.find((action) => cuts(action, planned.actions, observed));
    return cut === undefined
      ? planned
      : {
          kind: 'wait',
          reason: 'PathInUse',
          message: messageOf(cut, users, resource),
          // Nobody tells when the last user has gone.
          pace: 'slow',
          stallsAfter: 1,
          left: planned.actions,
        };
  };
}

function isReleased({ metadata }: GatewayResource): boolean {
  const { annotations = {}, generation } = metadata;
  return generation !== undefined && annotations[releasePathAnnotation] === String(generation);
}

function cuts(action: Action, actions: readonly Action[], { gateway }: Observed): boolean {
  switch (action.kind) {
    case 'DeleteGateway':
    case 'DetachSecurityGroup':
      return true;
    case 'AttachSecurityGroup':
      // One more group only lets more in, but for the first one.
      return action.irreversible === true;
    case 'UnbindIP':
      return addressesLeft(action, actions, gateway?.ips.length ?? 0) === 0;
    case 'UpdateGateway':
      // Whoever's DNS comes by way of a hub sees names of gateways in one mode only.
      return action.change.dns_resolution_binding_mode !== undefined;
    default:
      return false;
  }
}

/** Once the action is carried out, and those before it. */
function addressesLeft(action: Action, actions: readonly Action[], bound: number): number {
  const done = actions.slice(0, actions.indexOf(action) + 1);
  const count = (kind: Action['kind']): number => done.filter((one) => one.kind === kind).length;
  return bound + count('BindIP') - count('UnbindIP');
}

function messageOf(
  { sentence }: Action,
  users: readonly string[],
  { metadata: { generation } }: GatewayResource,
): string {
  const release = `${releasePathAnnotation}: "${generation}"`;
  return `To ${sentence} is held back, since the gateway is used by ${users.join('; ')}. Give them another way first, or annotate the object with ${release} to go on all the same`;
}
