/**
 * How a gateway's state moves with time (vpc-endpoint-gateways §5.1): `pending`, then `updating`, then `stable`;
 * every change goes through `updating` again; a delete reads `deleting` until the gateway is gone. One with a Private
 * Path target stays `pending` until its provider permits it, or has failed. Each step is entered in the state log at
 * the moment it happens.
 */
import type { World } from '../world.ts';
import type { EndpointGateway, HealthState, LifecycleReason, LifecycleState } from './model.ts';
import type { AccessBinding } from './private-path/model.ts';
import { release } from './reservation.ts';
import { STATE_ON_ACCESS_EXPIRED, STATE_ON_DNS_PENDING } from './unconfirmed.ts';

/** Starts the clockwork of a gateway that was just created in state `pending`. */
export function begin(world: World, gateway: EndpointGateway): void {
  const { pendingMs, createMs, addressMs } = world.settings;
  if (gateway.access?.status === 'pending') {
    gateway.lifecycleReasons = [ACCESS_REASONS.pending];
    gateway.healthState = 'inapplicable';
  }
  world.stateLog.record(world.clock.now(), gateway);
  world.clock.setTimer(pendingMs, () => proceed(world, gateway));
  settleAfter(world, gateway, Math.max(createMs, addressMs));
}

const ACCESS_REASONS: Readonly<Record<Exclude<AccessBinding['status'], 'permitted'>, LifecycleReason>> = {
  pending: { code: 'access_pending', message: 'Access to the service awaits review by its provider.' },
  denied: { code: 'access_denied', message: 'The provider of the service denied access.' },
  expired: { code: 'access_expired', message: 'The provider of the service did not decide in time.' },
};

/** Takes a gateway that reads `pending` as far as its provider lets it. */
function proceed(world: World, gateway: EndpointGateway): void {
  if (gateway.lifecycleState !== 'pending' || gateway.forced) {
    return;
  }
  const status = gateway.access?.status ?? 'permitted';
  if (status === 'permitted') {
    gateway.lifecycleReasons = gateway.lifecycleReasons.filter((reason) => reason !== ACCESS_REASONS.pending);
    gateway.healthState = 'ok';
    enter(world, gateway, 'updating');
    settle(world, gateway);
  } else if (status !== 'pending') {
    lose(world, gateway, status);
  }
}

function lose(world: World, gateway: EndpointGateway, status: 'denied' | 'expired'): void {
  const lifecycleState = status === 'expired' ? STATE_ON_ACCESS_EXPIRED : 'failed';
  gateway.lifecycleReasons = [ACCESS_REASONS[status]];
  gateway.healthState = healthOf(lifecycleState);
  enter(world, gateway, lifecycleState);
}

/** Shows what the provider of a Private Path service has decided; whatever a gateway was before, a denial ends it. */
export function accessDecided(world: World, gateway: EndpointGateway): void {
  const { access, forced, lifecycleState } = gateway;
  if (access === undefined || forced || lifecycleState === 'deleting') {
    return;
  }
  if (access.status === 'denied' || access.status === 'expired') {
    lose(world, gateway, access.status);
  } else {
    settleAfter(world, gateway, world.settings.changeMs);
    proceed(world, gateway);
  }
}

const DNS_PENDING: LifecycleReason = {
  code: 'dns_resolution_binding_pending',
  message: 'DNS sharing with other VPCs is being set up.',
};

/** DNS sharing starts: the gateway says so for `dnsSharingMs`, unless it is not that far yet or beyond help. */
export function dnsPending(world: World, gateway: EndpointGateway): void {
  const { dnsSharingMs } = world.settings;
  if (gateway.forced || gateway.lifecycleState === 'failed' || gateway.lifecycleState === 'deleting') {
    return;
  }
  gateway.lifecycleReasons = [
    ...gateway.lifecycleReasons.filter((reason) => reason !== DNS_PENDING),
    DNS_PENDING,
  ];
  if (gateway.lifecycleState === 'stable' || gateway.lifecycleState === 'updating') {
    enter(world, gateway, STATE_ON_DNS_PENDING);
  }
  gateway.sharedAtMs = world.clock.now() + dnsSharingMs;
  world.clock.setTimer(dnsSharingMs, () => {
    if (world.clock.now() >= gateway.sharedAtMs) {
      gateway.lifecycleReasons = gateway.lifecycleReasons.filter((reason) => reason !== DNS_PENDING);
    }
  });
  settleAfter(world, gateway, dnsSharingMs);
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
  const { lifecycleState, forced, settlesAtMs, access } = gateway;
  const isMoving =
    lifecycleState === 'updating' ||
    (lifecycleState === STATE_ON_DNS_PENDING && access?.status !== 'pending');
  if (isMoving && !forced && world.clock.now() >= settlesAtMs) {
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
  gateway.access?.privatePath.bindings.delete(gateway.access.id);
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
