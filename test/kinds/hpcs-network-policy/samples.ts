/** An object, and what a pass may know of its instance, to be varied. */
import { CloudError } from '../../../src/cloud/errors.ts';
import type { NetworkPolicy } from '../../../src/cloud/key-types.ts';
import type { Answer, Observed, PolicyResource } from '../../../src/kinds/hpcs-network-policy/observed.ts';
import type {
  HpcsNetworkPolicySpec,
  HpcsNetworkPolicyStatus,
} from '../../../src/kinds/hpcs-network-policy/types.gen.ts';
import type { ObjectMeta } from '../../../src/kube/object.ts';

export const guid = '8a1f0c2e-5b7d-4e36-9a44-0d6f1b2c3e55';
export const crn = `crn:v1:bluemix:public:hs-crypto:us-south:a/0123456789abcdef0123456789abcdef:${guid}::`;
export const host = `${guid}.api.private.us-south.hs-crypto.appdomain.cloud`;
export const nowMs = Date.UTC(2026, 10, 22, 12);

export interface PolicyParts {
  readonly spec?: Partial<HpcsNetworkPolicySpec>;
  readonly status?: HpcsNetworkPolicyStatus;
  readonly metadata?: Partial<ObjectMeta>;
}

export function policyResource({ spec, status, metadata }: PolicyParts = {}): PolicyResource {
  return {
    apiVersion: 'vpe-operator.io/v1alpha1',
    kind: 'HpcsNetworkPolicy',
    metadata: {
      namespace: 'default',
      name: 'policy',
      uid: '5b1c1c4e-0000-4000-8000-000000000001',
      resourceVersion: '1',
      generation: 3,
      creationTimestamp: '2026-11-22T11:00:00Z',
      ...metadata,
    },
    spec: {
      account: 'default',
      instance: { crn },
      allowedNetwork: 'PrivateOnly',
      initializationAsserted: true,
      lockoutGuard: { acknowledgedInstance: guid, successes: 3, window: '60s', verifyTimeout: '60s' },
      deletionPolicy: 'Retain',
      managementPolicy: 'Manage',
      suspend: false,
      ...spec,
    },
    ...(status !== undefined && { status }),
  };
}

export const closedPolicy: NetworkPolicy = {
  enabled: true,
  allowedNetwork: 'private-only',
  createdBy: 'IBMid-1',
  creationDate: '2026-11-22T11:00:00Z',
  updatedBy: 'IBMid-2',
  lastUpdated: '2026-11-22T11:30:00Z',
};
export const openPolicy: NetworkPolicy = { ...closedPolicy, allowedNetwork: 'public-and-private' };

const operation = 'get_instance_policy';

export const answers = {
  open: { kind: 'answered', policy: openPolicy },
  closed: { kind: 'answered', policy: closedPolicy },
  unset: { kind: 'answered', policy: undefined },
  noName: { kind: 'noWay', obstacle: { step: 'name', name: host, code: 'ENOTFOUND' } },
  stray: { kind: 'noWay', obstacle: { step: 'address', name: host, address: '10.1.2.3', class: 'private' } },
  timeout: {
    kind: 'noWay',
    obstacle: {
      step: 'connection',
      name: host,
      address: '166.9.1.2',
      class: 'classic-service',
      port: 443,
      failure: { kind: 'timeout', detail: 'no connection within 5000 ms' },
    },
  },
  denied: {
    kind: 'denied',
    error: new CloudError('Unauthorized', { reason: 'denied', operation, status: 401 }),
  },
  throttled: {
    kind: 'failed',
    error: new CloudError('HTTP 429', { reason: 'throttled', operation, status: 429 }),
  },
  unreachable: {
    kind: 'unreachable',
    error: new CloudError('ENOTFOUND', { reason: 'unavailable', operation }),
  },
} as const satisfies Record<string, Answer>;

/** An active instance that is open, read over its private endpoint for the first time. */
export function observedPolicy(parts: Partial<Observed> = {}): Observed {
  return {
    guid,
    nowMs,
    cloudNowMs: nowMs,
    timeoutMs: 30_000,
    identity: 'process-1',
    isAllowed: true,
    mayClose: true,
    rival: undefined,
    instance: { crn, guid, name: 'hsm', state: 'active', service: 'hs-crypto', region: 'us-south' },
    endpoints: { private: `https://${host}`, public: `https://${host.replace('.private', '')}` },
    isDedicated: false,
    gateway: { kind: 'none' },
    trusted: { kind: 'classic' },
    private: answers.open,
    public: undefined,
    guard: {
      proofs: [nowMs],
      change: undefined,
      takenBack: undefined,
      fruitless: undefined,
      applied: undefined,
    },
    asked: { generation: 3 },
    ...parts,
  };
}
