/**
 * The drift check: on a timer, a kind compares its settled objects with the cloud by shared listings and names those
 * that differ. Only they get a pass, so that an account at rest costs pages, not objects (design §7).
 */
import type { Logger } from 'pino';
import type { Accounts, Session } from '../cloud/accounts.ts';
import { CloudError } from '../cloud/errors.ts';
import { type Clock, sleep } from '../lib/clock.ts';
import type { Controller } from './controller.ts';
import type { Resource } from './kind.ts';

export interface DriftDeps {
  readonly controller: Controller;
  readonly accounts: Accounts;
  readonly clock: Clock;
  readonly log: Logger;
  /** Mean time between checks; each is jittered by ± 20 %. */
  readonly everyMs: number;
  /** 0 ≤ random() < 1 */
  readonly random: () => number;
}

/** Checks until the signal aborts. A check that fails is logged and left to the next one. */
export async function checkDrift(deps: DriftDeps, signal: AbortSignal): Promise<void> {
  const { controller, clock, everyMs, random, log } = deps;
  while (!signal.aborted) {
    try {
      await sleep(clock, everyMs * (0.8 + 0.4 * random()), signal);
      const resources = controller.store.list();
      const open = sessionOpener(deps, signal);
      const keys = await controller.kind.drifted(resources, { nowMs: clock.now(), signal, open });
      if (keys.length > 0) {
        log.info(
          { kind: controller.kind.type.kind, keys: keys.slice(0, 20), total: keys.length },
          'drift found',
        );
      }
      controller.enqueue(keys);
    } catch (error) {
      if (!signal.aborted) {
        log.warn({ err: error, kind: controller.kind.type.kind }, 'a drift check failed');
      }
    }
  }
}

function sessionOpener(
  deps: DriftDeps,
  signal: AbortSignal,
): (resource: Resource) => Promise<Session | undefined> {
  return async ({ spec, metadata }) => {
    if (deps.accounts.refusal(spec.account, metadata.namespace) !== undefined) {
      return undefined;
    }
    try {
      return await deps.accounts.session(spec.account, spec.region, signal);
    } catch (error) {
      if (error instanceof CloudError) {
        return undefined;
      }
      throw error;
    }
  };
}
