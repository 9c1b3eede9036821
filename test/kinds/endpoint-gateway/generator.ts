/** Any EndpointGateway and anything that the cloud may show beside it, for the contract of kinds. */
import fc from 'fast-check';

import type { ResourceBinding } from '../../../src/cloud/resource-bindings.ts';
import type { EndpointGateway } from '../../../src/cloud/vpc-types.ts';
import type { GatewayResource, Observed } from '../../../src/kinds/endpoint-gateway/observed.ts';
import { adoptedTag, type Ownership } from '../../../src/kinds/endpoint-gateway/ownership.ts';
import type { EndpointGatewaySpec } from '../../../src/kinds/endpoint-gateway/types.gen.ts';
import type {
  Problem,
  Wanted,
  WantedIP,
  WantedTarget,
} from '../../../src/kinds/endpoint-gateway/wanted/wanted.ts';
import {
  cosTarget,
  deleting,
  gateway,
  intent,
  ip,
  kmsTarget,
  observed,
  otherVpc,
  ownName,
  ownTag,
  resource,
  vpc,
} from './samples.ts';

const foreignTag = 'vpe-operator:there:5b1c1c4e-0000-4000-8000-00000000000f';

const optional = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined });

/** Drops what is undefined: absent, not undefined, is what an API server stores. */
function defined<T extends object>(value: { readonly [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as T;
}

const bucketCrn = (name: string): string =>
  `crn:v1:bluemix:public:cloud-object-storage:global:a/0123:instance:bucket:${name}`;

const wantedIP = (zone: number): fc.Arbitrary<NonNullable<EndpointGatewaySpec['ips']>[number]> =>
  fc.constantFrom(
    { subnet: { id: `a${zone}` } },
    { subnet: { id: `b${zone}` }, address: `10.0.${zone}.9`, name: 'chosen', autoDelete: false },
    { subnet: { id: 'a1' } },
    { subnet: { id: 'nowhere' } },
    { reservedIP: { id: `rip-${zone}` } },
  );

const spec: fc.Arbitrary<Partial<EndpointGatewaySpec>> = fc
  .record({
    vpc: fc.constantFrom({ id: vpc.id }, { name: 'prod' }),
    target: fc.constantFrom(
      { crn: kmsTarget },
      { crn: cosTarget },
      { infrastructure: 'ibm-ntp-server' as const },
    ),
    name: optional(fc.constantFrom('alpha', ownName)),
    dnsResolutionBindingMode: optional(
      fc.constantFrom('Disabled' as const, 'Primary' as const, 'PerResourceBinding' as const),
    ),
    resourceBindings: optional(
      fc
        .uniqueArray(fc.constantFrom('a', 'b', 'c'))
        .map((names) => names.map((name) => ({ crn: bucketCrn(name), name: `bucket-${name}` }))),
    ),
    tags: optional(fc.uniqueArray(fc.constantFrom('env:prod', 'team:a'))),
    accessTags: optional(fc.uniqueArray(fc.constantFrom('k:v', 'k:w'))),
    adoptionPolicy: fc.constantFrom('Never' as const, 'IfExists' as const, 'Required' as const),
    recreatePolicy: fc.constantFrom('Never' as const, 'WhenRequired' as const),
    managementPolicy: fc.constantFrom('Manage' as const, 'Observe' as const),
    securityGroups: optional(
      fc
        .uniqueArray(fc.constantFrom('sg-1', 'sg-2', 'sg-3', 'sg-4', 'sg-5', 'sg-6'), {
          minLength: 1,
          maxLength: 5,
        })
        .map((ids) => ids.map((id) => ({ id }))),
    ),
    ips: optional(
      fc
        .tuple(optional(wantedIP(1)), optional(wantedIP(2)))
        .map((ips) => ips.filter((one) => one !== undefined)),
    ),
    deletionPolicy: optional(fc.constantFrom('Delete' as const, 'Retain' as const)),
  })
  .map((fields) => defined<Partial<EndpointGatewaySpec>>(fields));

export const resources: fc.Arbitrary<GatewayResource> = fc
  .record({
    spec,
    isDeleting: fc.boolean(),
    status: fc.constantFrom(
      {},
      { createIntent: intent },
      { id: 'r006-gateway', crn: 'crn:1', name: 'n', vpc: vpc.id, target: kmsTarget, tags: [ownTag] },
      { origin: 'Adopted' as const, appliedTags: ['env:prod', 'old'], appliedAccessTags: ['k:v'] },
      { recreate: { id: 'r006-gateway', time: intent.time } },
    ),
  })
  .map(({ spec: changes, isDeleting, status }) =>
    resource({ spec: changes, status, ...(isDeleting && { metadata: deleting }) }),
  );

const code = fc.constantFrom(
  'dns_resolution_binding_pending',
  'internal_error',
  'access_denied',
  'resource_suspended_by_provider',
  'a_code_of_tomorrow',
);

const gateways: fc.Arbitrary<EndpointGateway> = fc
  .record({
    name: fc.constantFrom(ownName, 'alpha', 'beta'),
    lifecycle_state: fc.constantFrom(
      'pending',
      'waiting',
      'updating',
      'stable',
      'failed',
      'suspended',
      'deleting',
      'new',
    ),
    health_state: fc.constantFrom('ok', 'degraded', 'faulted', 'inapplicable'),
    lifecycle_reasons: fc.array(
      code.map((word) => ({ code: word, message: `because ${word}` })),
      { maxLength: 12 },
    ),
    target: fc.constantFrom(
      { resource_type: 'provider_cloud_service', crn: kmsTarget },
      { resource_type: 'provider_infrastructure_service', name: 'ibm-ntp-server' },
    ),
    vpc: fc.constantFrom(vpc, otherVpc),
    ips: fc.uniqueArray(
      fc.constantFrom(
        ip('1', 'a1'),
        ip('2', 'b2', '10.0.2.9'),
        ip('3', 'a3', '0.0.0.0'),
        ip('rip-1', 'b1'),
        ip('4', 'gone'),
      ),
    ),
    security_groups: fc
      .uniqueArray(fc.constantFrom('sg-1', 'sg-2', 'sg-7', 'sg-8', 'sg-9'))
      .map((ids) => ids.map((id) => ({ id, name: id }))),
  })
  .map((parts) => gateway(parts));

const problem = fc.constantFrom<Problem>(
  { kind: 'wait', reason: 'VPCNotFound', message: 'no such VPC', pace: 'slow', stallsAfter: 3 },
  { kind: 'stalled', reason: 'TargetAmbiguous', message: 'two of them' },
);

const wanted: fc.Arbitrary<Wanted> = fc.record({
  vpc: fc.constantFrom(vpc, otherVpc, { ...vpc, dns: { enable_hub: true, resolution_binding_count: 1 } }),
  name: fc.constantFrom(ownName, 'alpha'),
  target: fc.constantFrom<WantedTarget>(
    { key: kmsTarget, resourceType: 'provider_cloud_service', hosts: ['private.us-south.kms.cloud.ibm.com'] },
    { key: 'ibm-ntp-server', resourceType: 'provider_infrastructure_service', hosts: [] },
    { key: 'crn:ppsg', resourceType: 'private_path_service_gateway', hosts: [] },
  ),
  resourceGroupId: fc.constantFrom(undefined, 'group', 'other'),
  securityGroupIds: optional(fc.uniqueArray(fc.constantFrom('sg-1', 'sg-2', 'sg-3'), { minLength: 1 })),
  ips: optional(
    fc
      .tuple(
        optional(
          fc.constantFrom<WantedIP>(
            { kind: 'new', subnetId: 'a1', zone: 'us-south-1', autoDelete: true },
            { kind: 'existing', id: 'rip-1', zone: undefined },
          ),
        ),
        optional(fc.constant<WantedIP>({ kind: 'new', subnetId: 'b2', zone: 'us-south-2', name: 'chosen' })),
      )
      .map((ips) => ips.filter((one) => one !== undefined)),
  ),
  zonesWithoutSubnet: fc.constantFrom([], ['us-south-3']),
});

const binding: fc.Arbitrary<ResourceBinding> = fc.record({
  id: fc.constantFrom('1', '2'),
  name: fc.constantFrom('bucket-a', 'other'),
  lifecycle_state: fc.constantFrom('stable', 'pending', 'failed', 'deleting'),
  lifecycle_reasons: fc.constantFrom([], [{ code: 'internal_error', message: 'because' }]),
  service_endpoint: fc.constant('a.s3.direct.us-south.cloud-object-storage.appdomain.cloud'),
  target: fc.constantFrom({ crn: bucketCrn('a') }, { crn: bucketCrn('z') }),
});

const tags = optional(fc.uniqueArray(fc.constantFrom(ownTag, 'env:prod', adoptedTag, foreignTag)));

export const observations: fc.Arbitrary<Observed> = fc
  .record({
    resolution: fc.oneof(
      wanted.map((one) => ({ wanted: one, problem: undefined, vpc: one.vpc, target: one.target })),
      problem.map((one) => ({ wanted: undefined, problem: one, vpc: undefined, target: undefined })),
    ),
    gateway: optional(gateways),
    ownership: fc.constantFrom<Ownership>(
      'unread',
      'ours',
      'unclaimed',
      'adoptable',
      'inherited',
      'other',
      'observed',
    ),
    closedVpc: fc.constantFrom(undefined, undefined, undefined, { ...vpc, name: 'closed' }),
    adopted: fc.boolean(),
    tags: fc.record({ user: tags, access: optional(fc.uniqueArray(fc.constantFrom('k:v', 'x:y'))) }),
    applied: fc.record({
      user: fc.uniqueArray(fc.constantFrom('env:prod', 'old')),
      access: fc.uniqueArray(fc.constantFrom('k:v', 'old')),
    }),
    autoDelete: fc.constantFrom(new Map(), new Map([['1', false]])),
    keptIPs: fc.constantFrom([], [ip('kept', 'a1')]),
    bindings: optional(fc.uniqueArray(binding, { selector: ({ id }) => id })),
    collision: optional(
      fc.record({
        id: fc.constant('r006-theirs'),
        name: fc.constant('theirs'),
        why: fc.constantFrom('target' as const, 'service endpoints' as const, 'name' as const),
        owner: fc.constantFrom(undefined, foreignTag),
        claimed: fc.boolean(),
        platform: fc.boolean(),
        leaving: fc.boolean(),
      }),
    ),
    absenceUnproven: fc.boolean(),
    intent: optional(fc.constant(intent)),
    createDidNotHappen: fc.boolean(),
  })
  .map(({ resolution, ...parts }) => observed({ ...resolution, ...parts }));
