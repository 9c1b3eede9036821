/**
 * How the state of a service instance moves (hpcs-network-policy §3.7): a deleted key-management instance can be
 * restored until its reclamation is due; other services are taken to have no reclamation. A state that is set from
 * outside ends whatever was under way.
 */
import { randomUUID } from 'node:crypto';
import type { World } from '../world.ts';
import { INSTANCE_CREATOR, type InstanceState, type ServiceInstance } from './instances.ts';

/** What a test says of an instance holds as if it had come about by calls: a deleted one can be restored. */
export function putIntoState(world: World, instance: ServiceInstance, state: InstanceState): void {
  if (state === 'pending_reclamation') {
    awaitReclamation(world, instance, INSTANCE_CREATOR);
  } else if (state === 'active' && instance.state === 'pending_reclamation') {
    comeBack(world, instance, INSTANCE_CREATOR);
  } else {
    enterState(instance, state);
  }
}

function enterState(instance: ServiceInstance, state: InstanceState): void {
  instance.nextStep?.cancel();
  delete instance.nextStep;
  instance.state = state;
  if (state === 'active') {
    instance.reclamation = undefined;
  }
}

/** The same after this much simulated time, unless something else happens to the instance first. */
export function putIntoStateAfter(
  world: World,
  instance: ServiceInstance,
  { state, afterMs }: { readonly state: InstanceState; readonly afterMs: number },
): void {
  instance.nextStep?.cancel();
  instance.nextStep = world.clock.setTimer(afterMs, () => putIntoState(world, instance, state));
}

export function remove(world: World, instance: ServiceInstance, by: string): void {
  if (instance.keys === undefined) {
    touch(world, instance, by);
    instance.operation = 'delete';
    finish(world, instance);
  } else {
    awaitReclamation(world, instance, by);
  }
}

function awaitReclamation(world: World, instance: ServiceInstance, by: string): void {
  touch(world, instance, by);
  instance.operation = 'delete';
  const createdAtMs = world.clock.now();
  const { reclamationMs } = world.settings;
  enterState(instance, 'pending_reclamation');
  instance.reclamation = {
    id: randomUUID(),
    createdAtMs,
    targetAtMs: createdAtMs + reclamationMs,
    createdBy: by,
    updatedAtMs: createdAtMs,
    updatedBy: by,
    state: 'SCHEDULED',
  };
  instance.nextStep = world.clock.setTimer(reclamationMs, () => finish(world, instance));
}

/** Ends the wait at once. */
export function reclaim(world: World, instance: ServiceInstance, by: string): void {
  touch(world, instance, by);
  finish(world, instance);
}

export function restore(world: World, instance: ServiceInstance, by: string): void {
  touch(world, instance, by);
  instance.nextStep?.cancel();
  instance.nextStep = world.clock.setTimer(world.settings.restoreMs, () => comeBack(world, instance, by));
}

function comeBack(world: World, instance: ServiceInstance, by: string): void {
  instance.restored = { atMs: world.clock.now(), by };
  instance.operation = 'update';
  if (!world.settings.restoredKeyPoliciesKept) {
    instance.keys?.policies.clear();
  }
  enterState(instance, 'active');
}

export function touch({ clock }: World, instance: ServiceInstance, by: string): void {
  instance.updatedAtMs = clock.now();
  instance.updatedBy = by;
}

function finish(world: World, instance: ServiceInstance): void {
  enterState(instance, 'pending_removal');
  putIntoStateAfter(world, instance, { state: 'removed', afterMs: world.settings.instanceRemovalMs });
}
