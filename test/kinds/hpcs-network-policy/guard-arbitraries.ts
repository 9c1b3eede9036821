/** Any object, any memory that its status may hold, and anything that one pass may see of its instance. */
import fc from 'fast-check';

import { nextGuard } from '../../../src/kinds/hpcs-network-policy/guard.ts';
import type { Change } from '../../../src/kinds/hpcs-network-policy/guard/change.ts';
import type { Seen } from '../../../src/kinds/hpcs-network-policy/guard/seen.ts';
import { reconcileAtOf, rulesOf } from '../../../src/kinds/hpcs-network-policy/guard/wishes.ts';
import type { Observed, PolicyResource } from '../../../src/kinds/hpcs-network-policy/observed.ts';
import type {
  HpcsNetworkPolicySpec,
  HpcsNetworkPolicyStatus,
} from '../../../src/kinds/hpcs-network-policy/types.gen.ts';
import { gateways, instances } from './generator.ts';
import { answers, guid, host, nowMs, observedPolicy, policyResource } from './samples.ts';

export const identity = 'process-1';
const over = `https://${host}`;

/** Around now, sooner rather than later: within and outside of every window and deadline. */
const instants = fc
  .oneof(
    fc.integer({ min: -120_000, max: 0 }),
    fc.integer({ min: -7_200_000, max: 60_000 }),
    fc.constantFrom(0, -1, -60_000, -59_999, -20_000, -10_000),
  )
  .map((ago) => new Date(nowMs + ago).toISOString());

const durations = fc.constantFrom('1s', '10s', '60s', '10m', '1h');

const change: fc.Arbitrary<Change> = fc.record(
  {
    phase: fc.constantFrom('Sent', 'Lost', 'Proving', 'PuttingBack'),
    time: instants,
    generation: fc.constantFrom(2, 3),
    was: fc.constantFrom(
      { enabled: false },
      { enabled: false, allowedNetwork: 'private-only' },
      { enabled: true, allowedNetwork: 'public-and-private' },
    ),
    provenBy: instants,
    failed: fc.constant(true as const),
  },
  { requiredKeys: ['phase', 'time', 'generation', 'was'] },
);

const ofGeneration = fc.record(
  { generation: fc.constantFrom(2, 3), reconcileAt: fc.constantFrom('then', 'now') },
  { requiredKeys: ['generation'] },
);

const anyStatus: fc.Arbitrary<HpcsNetworkPolicyStatus> = fc.record(
  {
    proofs: fc.record({
      by: fc.constantFrom(identity, identity, 'process-0'),
      over: fc.constantFrom(over, over, 'https://other.example'),
      generation: fc.constantFrom(2, 3, 3),
      times: fc.array(instants, { maxLength: 10 }).map((times) => times.toSorted()),
    }),
    change,
    takenBack: ofGeneration.map((of) => ({ ...of, time: new Date(nowMs).toISOString() })),
    fruitless: fc
      .tuple(ofGeneration, fc.integer({ min: 1, max: 9 }), instants)
      .map(([of, count, time]) => ({ ...of, count, time })),
    applied: ofGeneration,
    access: fc.constantFrom('PrivateOnly', 'PublicAndPrivate'),
    instance: fc.constantFrom('active', 'removed').map((state) => ({ id: guid, state })),
  },
  { requiredKeys: [] },
);

const statuses = fc.oneof(fc.constant<HpcsNetworkPolicyStatus>({}), anyStatus);

const specs: fc.Arbitrary<Partial<HpcsNetworkPolicySpec>> = fc.record(
  {
    allowedNetwork: fc.constantFrom('PrivateOnly', 'PrivateOnly', 'PublicAndPrivate'),
    initializationAsserted: fc.constantFrom(true, true, false),
    managementPolicy: fc.constantFrom('Manage', 'Manage', 'Observe'),
    deletionPolicy: fc.constantFrom('Retain', 'Open'),
    driftPolicy: fc.constantFrom('Correct', 'Report'),
    lockoutGuard: fc.record({
      acknowledgedInstance: fc.constant(guid),
      successes: fc.integer({ min: 2, max: 10 }),
      window: durations,
      verifyTimeout: durations,
    }),
  },
  { requiredKeys: [] },
);

/** All but the last of those that the spec asks for. */
function proofsFor(spec: Partial<HpcsNetworkPolicySpec>): Required<HpcsNetworkPolicyStatus>['proofs'] {
  const { successes, spacingMs } = rulesOf(policyResource({ spec }));
  const ages = Array.from({ length: successes - 1 }, (_, index) => (successes - 1 - index) * spacingMs);
  return { by: identity, over, generation: 3, times: ages.map((ago) => new Date(nowMs - ago).toISOString()) };
}

export const policies: fc.Arbitrary<PolicyResource> = fc
  .record({
    spec: specs,
    status: statuses,
    isDeleting: fc.constantFrom(false, false, false, true),
    reconcileAt: fc.constantFrom(undefined, 'now'),
    isProven: fc.boolean(),
  })
  .map(({ spec, status, isDeleting, reconcileAt, isProven }) =>
    policyResource({
      spec,
      status: isProven ? { ...status, proofs: proofsFor(spec) } : status,
      metadata: {
        ...(isDeleting && { deletionTimestamp: '2026-11-22T11:59:00Z' }),
        ...(reconcileAt !== undefined && { annotations: { 'vpe-operator.io/reconcile-at': reconcileAt } }),
      },
    }),
  );

/** With a closing that was, or may have been, sent. */
export const changedPolicies = fc.tuple(policies, change).map(([resource, known]) => ({
  resource: { ...resource, status: { ...resource.status, change: known } },
  known,
}));

const { open, closed, unset, noName, stray, timeout, denied, throttled, unreachable } = answers;

export const sights: fc.Arbitrary<Seen> = fc.record({
  private: fc.constantFrom(
    open,
    open,
    closed,
    closed,
    unset,
    noName,
    stray,
    timeout,
    denied,
    throttled,
    undefined,
  ),
  public: fc.constantFrom(undefined, undefined, open, closed, unset, denied, throttled, unreachable),
  nowMs: fc.constant(nowMs),
  // Neither clock is the other's.
  cloudNowMs: fc.integer({ min: -300_000, max: 300_000 }).map((skew) => nowMs + skew),
  identity: fc.constant(identity),
  over: fc.constant(over),
  mayClose: fc.constantFrom(true, true, true, false),
  timeoutMs: fc.constantFrom(3_000, 30_000),
});

export interface Moment {
  readonly resource: PolicyResource;
  readonly seen: Seen;
  /** With the guard that follows from both. */
  readonly observed: Observed;
}

const troubles = fc.record({
  isAllowed: fc.constantFrom(true, true, true, false),
  rival: fc.constantFrom(undefined, undefined, undefined, { namespace: 'other', name: 'older' }),
  isDedicated: fc.constantFrom(false, false, false, true),
  instance: instances,
  gateway: gateways,
});

const surroundings = fc.oneof(fc.constant<Partial<Observed>>({}), troubles);

export const moments: fc.Arbitrary<Moment> = fc
  .tuple(policies, sights, surroundings)
  .map(([resource, seen, around]) => ({
    resource,
    seen,
    observed: observedPolicy({
      ...around,
      ...seen,
      asked: { generation: 3, ...reconcileAtOf(resource) },
      guard: nextGuard(resource, seen),
    }),
  }));
