/**
 * How a gateway's state moves with time (vpc-endpoint-gateways §5.1): `pending`, then `updating`, then `stable`;
 * every change goes through `updating` again; a delete reads `deleting` until the gateway is gone. Each step is
 * entered in the state log at the moment it happens.
 */
import type { World } from '../world.ts';
import type {
  EndpointGateway,
  HealthState,
  LifecycleReason,
  LifecycleState,
  SecurityGroup,
  Subnet,
  Vpc,
} from './model.ts';
import { release } from './reservation.ts';

/** Starts the clockwork of a gateway that was just created in state `pending`. */
export function begin(world: World, gateway: EndpointGateway): void {
  const { pendingMs, createMs, addressMs } = world.settings;
  world.stateLog.record(world.clock.now(), gateway);
  world.clock.setTimer(pendingMs, () => {
    if (gateway.lifecycleState === 'pending' && !gateway.forced) {
      enter(world, gateway, 'updating');
      settle(world, gateway);
    }
  });
  settleAfter(world, gateway, Math.max(createMs, addressMs));
}

/**
 * Enters a change that was just made: `updating` for a while, unless the gateway is still being created. A change
 * whose reserved IP is still being chosen takes at least as long as that.
 */
export function changed(world: World, gateway: EndpointGateway): void {
  if (gateway.lifecycleState === 'stable') {
    enter(world, gateway, 'updating');
  } else {
    world.stateLog.record(world.clock.now(), gateway);
  }
  const choosing = [...gateway.ips.values()].some(({ addressChosen }) => !addressChosen);
  const { changeMs, addressMs } = world.settings;
  settleAfter(world, gateway, choosing ? Math.max(changeMs, addressMs) : changeMs);
}

function settleAfter(world: World, gateway: EndpointGateway, delayMs: number): void {
  gateway.settlesAtMs = Math.max(gateway.settlesAtMs, world.clock.now() + delayMs);
  world.clock.setTimer(delayMs, () => settle(world, gateway));
}

function settle(world: World, gateway: EndpointGateway): void {
  const { lifecycleState, forced, settlesAtMs } = gateway;
  if (lifecycleState === 'updating' && !forced && world.clock.now() >= settlesAtMs) {
    enter(world, gateway, 'stable');
  }
}

function enter(world: World, gateway: EndpointGateway, lifecycleState: LifecycleState): void {
  gateway.lifecycleState = lifecycleState;
  world.stateLog.record(world.clock.now(), gateway);
}

export interface ForcedState {
  readonly lifecycleState: LifecycleState;
  /** What goes with the lifecycle state (§2.2) when absent. */
  readonly healthState?: HealthState;
  readonly lifecycleReasons?: readonly LifecycleReason[];
}

/** Puts a gateway into any state, as IBM would (suspension, failure); it stays there until put back to `stable`. */
export function force(world: World, gateway: EndpointGateway, state: ForcedState): void {
  gateway.lifecycleReasons = state.lifecycleReasons ?? [];
  gateway.healthState = state.healthState ?? healthOf(state.lifecycleState);
  gateway.forced = state.lifecycleState !== 'stable';
  enter(world, gateway, state.lifecycleState);
}

function healthOf(lifecycleState: LifecycleState): HealthState {
  return lifecycleState === 'failed' || lifecycleState === 'deleting' ? 'inapplicable' : 'ok';
}

export function deleteGateway(world: World, gateway: EndpointGateway): void {
  gateway.healthState = healthOf('deleting');
  enter(world, gateway, 'deleting');
  world.clock.setTimer(world.settings.deleteMs, () => removeGateway(world, gateway));
}

function removeGateway(world: World, gateway: EndpointGateway): void {
  for (const reservedIP of gateway.ips.values()) {
    release(reservedIP);
  }
  gateway.vpc.area.gateways.delete(gateway.id);
  gateway.vpc.gateways.delete(gateway);
  world.tags.forget(gateway.crn);
  world.stateLog.record(world.clock.now(), gateway, true);
  const detach = (): void => {
    for (const securityGroup of gateway.securityGroups) {
      securityGroup.targets.delete(gateway.id);
    }
  };
  if (world.settings.detachLagMs === 0) {
    detach();
  } else {
    world.clock.setTimer(world.settings.detachLagMs, detach);
  }
}

/** Rule R17: the subnet leaves the gateways that used it, and takes its reserved IPs along. */
export function deleteSubnet(world: World, subnet: Subnet): void {
  subnet.status = 'deleting';
  world.clock.setTimer(world.settings.deleteMs, () => {
    for (const { gateway } of subnet.reservedIPs.values()) {
      if (gateway !== undefined) {
        gateway.ips.delete(subnet.zone);
        changed(world, gateway);
      }
    }
    subnet.reservedIPs.clear();
    subnet.byAddress.clear();
    subnet.vpc.subnets.delete(subnet);
    subnet.vpc.area.subnets.delete(subnet.id);
    world.tags.forget(subnet.crn);
  });
}

export function deleteSecurityGroup(world: World, securityGroup: SecurityGroup): void {
  securityGroup.vpc.securityGroups.delete(securityGroup);
  securityGroup.vpc.area.securityGroups.delete(securityGroup.id);
  world.tags.forget(securityGroup.crn);
}

/** A VPC takes its security groups along. */
export function deleteVpc(world: World, vpc: Vpc): void {
  vpc.status = 'deleting';
  world.clock.setTimer(world.settings.deleteMs, () => {
    for (const securityGroup of vpc.securityGroups) {
      deleteSecurityGroup(world, securityGroup);
    }
    vpc.area.vpcs.delete(vpc.id);
    world.tags.forget(vpc.crn);
  });
}
