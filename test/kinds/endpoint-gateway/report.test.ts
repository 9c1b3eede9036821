import { readFileSync } from 'node:fs';

import { describe, expect, it } from '@jest/globals';

import type { ResourceBinding } from '../../../src/cloud/resource-bindings.ts';
import type { EndpointGateway } from '../../../src/cloud/vpc-types.ts';
import type { Observed } from '../../../src/kinds/endpoint-gateway/observed.ts';
import { parseCrd } from '../../../src/codegen/crd.ts';
import { report } from '../../../src/kinds/endpoint-gateway/report.ts';
import { referencesOf } from '../../../src/kinds/endpoint-gateway/wanted/remembered.ts';
import type { EndpointGatewaySpec } from '../../../src/kinds/endpoint-gateway/types.gen.ts';
import { repositoryPath } from '../../lib/repository.ts';
import {
  deleting,
  gateway,
  intent,
  ip,
  kmsTarget,
  observed,
  observedNone,
  ownName,
  ownTag,
  resource,
  vpc,
} from './samples.ts';

const two = [ip('2', 'a2', '10.0.1.4'), ip('1', 'a1', '10.0.0.4')];

const binding = (name: string): ResourceBinding => ({
  id: `id-${name}`,
  name,
  lifecycle_reasons: [],
  lifecycle_state: 'stable',
  service_endpoint: `${name}.example.com`,
  target: { crn: `crn:${name}` },
});

/** How many elements the kind's own lists may have in a status. */
function mostInSchema(): Readonly<Record<string, number | undefined>> {
  const crd = parseCrd(
    readFileSync(repositoryPath('crds', 'endpointgateways.yaml'), 'utf8'),
    'EndpointGateway',
  );
  const fields = Object.entries(crd.schema.properties?.['status']?.properties ?? {});
  const lists = fields.filter(([name, { type }]) => type === 'array' && name !== 'conditions');
  return Object.fromEntries(lists.map(([name, { maxItems }]) => [name, maxItems]));
}

describe('report', () => {
  it('shows the gateway, sorted where the cloud promises no order', () => {
    const seen = observed({
      gateway: gateway({
        ips: two,
        security_groups: [
          { id: 'sg-2', name: 'b' },
          { id: 'sg-1', name: 'a' },
        ],
      }),
      autoDelete: new Map([['1', true]]),
    });
    expect(report(resource(), seen)).toEqual({
      state: 'Stable',
      fields: {
        id: 'r006-gateway',
        crn: gateway().crn,
        name: ownName,
        lifecycleState: 'stable',
        healthState: 'ok',
        lifecycleReasons: [],
        serviceEndpoints: ['private.us-south.kms.cloud.ibm.com'],
        ips: [
          {
            id: '1',
            address: '10.0.0.4',
            name: 'name-1',
            subnet: 'a1',
            zone: 'us-south-1',
            autoDelete: true,
          },
          { id: '2', address: '10.0.1.4', name: 'name-2', subnet: 'a2', zone: 'us-south-2' },
        ],
        securityGroups: ['sg-1', 'sg-2'],
        target: kmsTarget,
        vpc: vpc.id,
        resourceGroup: 'group',
        dnsResolutionBindingMode: 'primary',
        origin: 'Created',
        references: referencesOf(resource()),
        tags: [ownTag],
        summary: {
          target: 'kms/us-south',
          ips: '10.0.0.4,10.0.1.4',
          vpc: 'vpc',
          zones: 'us-south-1,us-south-2',
        },
      },
      conditions: [
        { type: 'TargetResolved', status: 'True', reason: 'TargetResolved', message: kmsTarget },
        {
          type: 'ZonesCovered',
          status: 'True',
          reason: 'ZonesCovered',
          message: 'Addresses in us-south-1, us-south-2',
        },
      ],
    });
  });

  it('publishes no address while one of them is still being chosen', () => {
    const seen = observed({ gateway: gateway({ ips: [...two, ip('3', 'a3', '0.0.0.0')] }) });
    const { fields } = report(resource(), seen);
    expect(fields.ips).toEqual([]);
    expect(fields.summary?.ips).toBe('');
  });

  it('shows the same, whatever the order in which the cloud lists it', () => {
    const object = resource({ spec: { resourceBindings: [] } });
    const listed = (order: <T>(items: readonly T[]) => readonly T[]): Observed =>
      observed(
        {
          gateway: gateway({
            ips: order(two),
            security_groups: order(['sg-1', 'sg-2'].map((id) => ({ id, name: id }))),
            service_endpoints: order(['a.example.com', 'b.example.com']),
          }),
          bindings: order([binding('a'), binding('b')]),
          tags: { user: order([ownTag, 'env:prod']), access: order(['k:v', 'k:w']) },
        },
        object,
      );
    const backwards = listed((items) => items.toReversed());
    expect(report(object, backwards)).toEqual(
      report(
        object,
        listed((items) => items),
      ),
    );
  });

  it('bounds lists that IBM does not bound', () => {
    const many = Array.from({ length: 2000 }, (_, index) => `n-${index}`);
    const ips = many.map((id) => ip(id, 'a1'));
    const object = resource({ spec: { resourceBindings: [] } });
    const parts: Partial<Observed> = {
      gateway: gateway({
        ips,
        service_endpoints: many,
        lifecycle_reasons: many.map((message) => ({ code: 'internal_error', message })),
        security_groups: many.map((id) => ({ id, name: id })),
      }),
      bindings: many.map((name) => binding(name)),
      tags: { user: many, access: many },
      applied: { user: many, access: many },
      keptIPs: many.map((id) => ip(`kept-${id}`, 'a1')),
    };
    const { fields } = report(object, observed(parts, object));
    const lists = Object.entries(fields).filter((entry) => Array.isArray(entry[1]));
    expect(Object.fromEntries(lists.map(([name, list]) => [name, (list as unknown[]).length]))).toEqual(
      mostInSchema(),
    );
  });

  it('shows a reserved IP as kept until it is bound again, for good', () => {
    const keptIPs = [ip('2', 'a2', '10.0.1.4'), ip('9', 'b1')];
    const kept = (parts: Partial<EndpointGateway>): readonly string[] | undefined =>
      report(resource(), observed({ gateway: gateway(parts), keptIPs })).fields.keptIPs?.map(({ id }) => id);
    expect(kept({ ips: two })).toEqual(['9']);
    expect(kept({ ips: two, lifecycle_state: 'updating' })).toEqual(['2', '9']);
    expect(kept({ ips: two, lifecycle_state: 'deleting' })).toEqual(['2', '9']);
    expect(report(resource(), observedNone({ keptIPs })).fields.keptIPs).toHaveLength(2);
  });

  it('leaves out what an old version date does not show', () => {
    const { dns_resolution_binding_mode: _, ...old } = gateway();
    expect(report(resource(), observed({ gateway: old })).fields).not.toHaveProperty(
      'dnsResolutionBindingMode',
    );
  });

  it.each<[string, EndpointGatewaySpec['ips'], Partial<EndpointGateway>, string]>([
    ['none asked for, none there', undefined, {}, 'False NoAddress'],
    ['none asked for, some there', undefined, { ips: two }, 'True ZonesCovered'],
    ['none wanted', [], {}, 'False NoAddress'],
    ['all there', [{ subnet: { id: 'a1' } }], { ips: two }, 'True ZonesCovered'],
    ['one missing', [{ subnet: { id: 'a1' } }, { subnet: { id: 'a3' } }], { ips: two }, 'False ZonesMissing'],
    [
      'one still being chosen',
      [{ subnet: { id: 'a3' } }],
      { ips: [ip('3', 'a3', '0.0.0.0')] },
      'False ZonesMissing',
    ],
    ['another address', [{ subnet: { id: 'a1' }, address: '10.0.0.9' }], { ips: two }, 'False ZonesMissing'],
    ['a reserved IP', [{ reservedIP: { id: '2' } }], { ips: two }, 'True ZonesCovered'],
  ])('ZonesCovered: %s', (_, ips, parts, expected) => {
    const object = resource({ spec: ips === undefined ? {} : { ips } });
    const { conditions } = report(object, observed({ gateway: gateway(parts) }, object));
    const zones = conditions.find(({ type }) => type === 'ZonesCovered');
    expect(`${zones?.status} ${zones?.reason}`).toBe(expected);
  });
});

describe('report without a gateway', () => {
  it('says what is planned', () => {
    const object = resource({ spec: { vpc: { name: 'prod' } } });
    expect(report(object, observedNone({}, object))).toEqual({
      state: 'Pending',
      fields: { summary: { target: 'kms/us-south', ips: '', vpc: 'prod', zones: '' } },
      conditions: [{ type: 'TargetResolved', status: 'True', reason: 'TargetResolved', message: kmsTarget }],
    });
  });

  it('keeps an open intent', () => {
    expect(report(resource(), observedNone({ intent })).fields.createIntent).toEqual(intent);
  });

  it('does not forget a gateway that cannot be read but may exist, and does not know its state', () => {
    const status = {
      id: 'r006-gateway',
      crn: 'crn:1',
      name: 'n',
      vpc: vpc.id,
      target: kmsTarget,
      tags: [ownTag],
    };
    const { state, fields } = report(resource({ status }), observedNone({ absenceUnproven: true }));
    expect(state).toBe('Unknown');
    expect(fields).toMatchObject(status);
  });

  it('is Deleting while the object is', () => {
    expect(report(resource({ metadata: deleting }), observedNone()).state).toBe('Deleting');
    expect(report(resource({ metadata: deleting }), observed()).state).toBe('Deleting');
  });
});
