/** The Lease as data: its shape, and what a candidate writes into it. */
import { microTime, type KubeObject, type ResourceType } from './object.ts';

export const leaseType: ResourceType = {
  group: 'coordination.k8s.io',
  version: 'v1',
  plural: 'leases',
  kind: 'Lease',
};

/** Times are MicroTimes; the API server wants six fractional digits. */
export interface LeaseSpec {
  /** Absent or empty: nobody holds it. */
  readonly holderIdentity?: string;
  readonly leaseDurationSeconds?: number;
  readonly acquireTime?: string;
  readonly renewTime?: string;
  readonly leaseTransitions?: number;
}

export type Lease = KubeObject<LeaseSpec>;

export interface LeaseTimes {
  /** How long others wait after the last renewal they saw. Whole seconds. */
  readonly durationMs: number;
  /** How long the holder goes on without a successful renewal. */
  readonly renewDeadlineMs: number;
  readonly retryMs: number;
}

export const defaultLeaseTimes: LeaseTimes = { durationMs: 15_000, renewDeadlineMs: 10_000, retryMs: 2_000 };

/** Added to a candidate's pauses at random, so that those who started together do not try together for ever. */
export const retryJitter = 1.2;

/** Throws when the times could let two candidates lead at once, or make a holder miss its own deadline. */
export function checkLeaseTimes({ durationMs, renewDeadlineMs, retryMs }: LeaseTimes): void {
  if (!(durationMs > renewDeadlineMs && renewDeadlineMs > retryMs * retryJitter && retryMs > 0)) {
    const said = `they are ${durationMs}, ${renewDeadlineMs} and ${retryMs} ms`;
    throw new Error(`lease duration > renew deadline > ${retryJitter} × retry period > 0 must hold; ${said}`);
  }
  if (durationMs % 1000 !== 0) {
    throw new Error(`the lease duration must be whole seconds; it is ${durationMs} ms`);
  }
}

export function claimedBy(
  identity: string,
  before: LeaseSpec | undefined,
  { durationMs }: LeaseTimes,
  nowMs: number,
): LeaseSpec {
  const now = microTime(nowMs);
  const isRenewal = before?.holderIdentity === identity;
  const transitions = before?.leaseTransitions ?? 0;
  return {
    holderIdentity: identity,
    leaseDurationSeconds: durationMs / 1000,
    acquireTime: isRenewal ? (before.acquireTime ?? now) : now,
    renewTime: now,
    leaseTransitions: before === undefined || isRenewal ? transitions : transitions + 1,
  };
}

/** Others see a released lease as expired after one second, should they overlook the missing holder. */
export function releasedAt(nowMs: number, before: LeaseSpec): LeaseSpec {
  const now = microTime(nowMs);
  return { ...before, holderIdentity: '', leaseDurationSeconds: 1, acquireTime: now, renewTime: now };
}
