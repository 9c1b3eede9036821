/** Any EndpointGateway and anything that the cloud may show beside it, for the contract of kinds. */
import fc from 'fast-check';

import type { EndpointGateway } from '../../../src/cloud/vpc-types.ts';
import type { GatewayResource, Observed } from '../../../src/kinds/endpoint-gateway/observed.ts';
import type { EndpointGatewaySpec } from '../../../src/kinds/endpoint-gateway/types.gen.ts';
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

const optional = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined });

/** Drops what is undefined: absent, not undefined, is what an API server stores. */
function defined<T extends object>(value: { readonly [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as T;
}

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

export const observations: fc.Arbitrary<Observed> = fc
  .record({
    vpc: optional(fc.constant(vpc)),
    gateway: optional(gateways),
    ownership: fc.constantFrom('unread', 'ours', 'unclaimed', 'other'),
    tags: optional(fc.uniqueArray(fc.constantFrom(ownTag, 'env:prod'))),
    autoDelete: fc.constantFrom(new Map(), new Map([['1', false]])),
    unboundZones: fc.constantFrom(new Map(), new Map([['rip-1', 'us-south-1']])),
    collision: optional(
      fc.record({
        id: fc.constant('r006-theirs'),
        name: fc.constant('theirs'),
        why: fc.constant('target' as const),
        owner: fc.constantFrom(undefined, 'vpe-operator:there:uid'),
        leaving: fc.boolean(),
      }),
    ),
    absenceUnproven: fc.boolean(),
    intent: optional(fc.constant(intent)),
    createDidNotHappen: fc.boolean(),
  })
  .map((parts) => observed(parts));
