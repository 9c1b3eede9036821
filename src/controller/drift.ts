/**
 * The drift check: on a timer, a kind compares its objects at rest with the cloud by shared listings and names those
 * that differ. Only they get a pass, so that an account at rest costs pages, not objects (design §7).
 */
import type { Logger } from 'pino';
import type { Accounts } from '../cloud/accounts.ts';
import { KubeError } from '../kube/errors.ts';
import type { Key } from '../kube/object.ts';
import { findCondition } from './conditions.ts';
import type { Controller } from './controller.ts';
import { isDeleting } from './finalizer.ts';
import type { AnyKind, DriftCheck, Resource } from './kind.ts';
import { asTreated, isObserved } from './management.ts';
import type { Reason } from './reasons.ts';
import { type Period, periodically } from './periodically.ts';

export interface DriftDeps extends Period {
  readonly controller: Pick<Controller, 'kind' | 'store' | 'offer'>;
  readonly accounts: Pick<Accounts, 'refusal' | 'session'>;
  readonly nodeZones: DriftCheck['nodeZones'];
  readonly find: DriftCheck['find'];
  readonly log: Logger;
  readonly dryRun: boolean;
}

/** Checks until the signal aborts. What a check cannot tell is logged and left to the next one. */
export async function checkDrift(deps: DriftDeps, signal: AbortSignal): Promise<void> {
  const { controller, dryRun } = deps;
  await periodically(deps, signal, async () => {
    const objects = controller.store.list().map((resource) => asTreated(resource, dryRun));
    const places = Map.groupBy(objects.filter(isAtRest), (resource) => placeOf(resource, controller.kind));
    const found = [...places.values()].map(async (resources) => driftedIn(resources, deps, signal));
    for (const key of (await Promise.all(found)).flat()) {
      controller.offer(key);
    }
  });
}

const differs: Reason = 'Differs';

/** Settled, or observed only to differ. Everything else is on a schedule of its own, or to be left alone. */
function isAtRest(resource: Resource): boolean {
  const ready = findCondition(resource.status?.conditions, 'Ready');
  const isShown = isObserved(resource) && ready?.reason === differs;
  return (ready?.status === 'True' || isShown) && !resource.spec.suspend && !isDeleting(resource);
}

/** What shares a session: account and region, and the namespace, since the account may be closed to it. */
function placeOf({ spec, metadata }: Resource, { regionOf }: Pick<AnyKind, 'regionOf'>): string {
  return [metadata.namespace, spec.account, regionOf(spec)].join('/');
}

/** Those that differ, of resources in one place. One place's trouble is not the others'. */
async function driftedIn(
  resources: readonly Resource[],
  { controller, accounts, clock, log, nodeZones, find }: DriftDeps,
  signal: AbortSignal,
): Promise<readonly Key[]> {
  const [first] = resources;
  if (first === undefined || accounts.refusal(first.spec.account, first.metadata.namespace) !== undefined) {
    return [];
  }
  const { account } = first.spec;
  const region = controller.kind.regionOf(first.spec);
  const place = { kind: controller.kind.type.kind, account, region };
  try {
    const nowMs = clock.now();
    const session = await accounts.session(account, region, signal);
    const zones = withoutFailure(nodeZones);
    const check = { session, nowMs, nodeZones: zones, find, signal, log: log.child(place) };
    const keys = await controller.kind.drifted(resources, check);
    if (keys.length > 0) {
      log.info({ ...place, keys: keys.slice(0, 20), total: keys.length }, 'drift found');
    }
    return keys;
  } catch (error) {
    if (!signal.aborted) {
      log.warn({ ...place, err: error }, 'a drift check failed');
    }
    return [];
  }
}

/** A Kubernetes API in trouble is no reason not to compare with the cloud. */
function withoutFailure(nodeZones: DriftCheck['nodeZones']): DriftCheck['nodeZones'] {
  return async (signal) => {
    try {
      return await nodeZones(signal);
    } catch (error) {
      if (error instanceof KubeError) {
        return undefined;
      }
      throw error;
    }
  };
}
