/** Any HpcsNetworkPolicy and anything that a pass may know of its instance, for the contract of kinds. */
import fc from 'fast-check';

import type { Change } from '../../../src/kinds/hpcs-network-policy/guard/change.ts';
import type { Observed, PolicyResource } from '../../../src/kinds/hpcs-network-policy/observed.ts';
import type { HpcsNetworkPolicySpec } from '../../../src/kinds/hpcs-network-policy/types.gen.ts';
import { answers, crn, guid, host, nowMs, observedPolicy, policyResource } from './samples.ts';

const optional = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined });

const time = new Date(nowMs - 90_000).toISOString();
const takenBack = { generation: 3, time };
const fruitless = { generation: 3, count: 2, time };

export const change: fc.Arbitrary<Change> = fc
  .record(
    {
      phase: fc.constantFrom('Sent', 'Lost', 'Proving', 'PuttingBack'),
      generation: fc.constantFrom(2, 3),
      was: fc.constantFrom({ enabled: false }, { enabled: true, allowedNetwork: 'public-and-private' }),
      provenBy: fc.constantFrom(time, new Date(nowMs + 1_000).toISOString()),
      failed: fc.constant(true as const),
    },
    { requiredKeys: ['phase', 'generation', 'was'] },
  )
  .map((fields) => ({ time, ...fields }));

const spec: fc.Arbitrary<Partial<HpcsNetworkPolicySpec>> = fc
  .record({
    allowedNetwork: fc.constantFrom('PrivateOnly' as const, 'PublicAndPrivate' as const),
    initializationAsserted: fc.boolean(),
    driftPolicy: optional(fc.constantFrom('Correct' as const, 'Report' as const)),
    deletionPolicy: fc.constantFrom('Retain' as const, 'Open' as const),
    managementPolicy: fc.constantFrom('Manage' as const, 'Observe' as const),
  })
  .map(({ driftPolicy, ...others }) => ({ ...others, ...(driftPolicy !== undefined && { driftPolicy }) }));

export const resources: fc.Arbitrary<PolicyResource> = fc
  .record({
    spec,
    isDeleting: fc.boolean(),
    status: fc.constantFrom(
      {},
      { applied: { generation: 3 }, access: 'PrivateOnly' as const },
      { applied: { generation: 2 }, access: 'PublicAndPrivate' as const },
      { takenBack },
      { fruitless },
      { instance: { id: guid, state: 'pending_reclamation' } },
      { proofs: { by: 'process-1', over: `https://${host}`, generation: 3, times: [time] } },
    ),
  })
  .map(({ spec: changes, isDeleting, status }) =>
    policyResource({
      spec: changes,
      status,
      ...(isDeleting && { metadata: { deletionTimestamp: '2026-11-22T11:59:00Z' } }),
    }),
  );

export const instances: fc.Arbitrary<Observed['instance']> = fc.oneof(
  fc.record({
    crn: fc.constant(crn),
    guid: fc.constant(guid),
    name: fc.constant('hsm'),
    state: fc.constantFrom('active', 'provisioning', 'inactive', 'pending_reclamation', 'removed'),
    service: fc.constantFrom('hs-crypto', 'kms'),
    region: fc.constant('us-south'),
  }),
  fc.constantFrom(undefined, { unread: 'get_resource_instance: HTTP 500' }),
);

export const gateways: fc.Arbitrary<Observed['gateway']> = fc.constantFrom(
  { kind: 'none' },
  { kind: 'absent', name: 'hpcs' },
  { kind: 'found', name: 'hpcs', isReady: false, addresses: [], names: [] },
  { kind: 'found', name: 'hpcs', isReady: true, addresses: ['10.0.0.4'], names: ['elsewhere.example'] },
  { kind: 'found', name: 'hpcs', isReady: true, addresses: ['10.0.0.4'], names: ['*.appdomain.cloud'] },
);

const answer = fc.constantFrom(undefined, ...Object.values(answers));

export const observations: fc.Arbitrary<Observed> = fc
  .record({
    isAllowed: fc.boolean(),
    rival: fc.constantFrom(
      undefined,
      undefined,
      { namespace: 'default', name: 'older' },
      { namespace: 'other', name: 'older' },
    ),
    instance: instances,
    isDedicated: fc.constantFrom(false, false, true),
    gateway: gateways,
    private: answer,
    public: answer,
    guard: fc.record({
      proofs: fc.constantFrom([], [nowMs], [nowMs - 40_000, nowMs - 20_000, nowMs]),
      change: optional(change),
      takenBack: fc.constantFrom(undefined, takenBack),
      fruitless: fc.constantFrom(undefined, fruitless),
      applied: fc.constantFrom(undefined, { generation: 3 }),
    }),
    sent: fc.constantFrom(
      undefined,
      undefined,
      undefined,
      'Close' as const,
      'Open' as const,
      'PutBack' as const,
    ),
  })
  .map(({ sent, ...parts }) => observedPolicy({ ...parts, ...(sent !== undefined && { sent }) }));
