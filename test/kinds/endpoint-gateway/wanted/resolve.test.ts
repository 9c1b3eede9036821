import { describe, expect, it, test } from '@jest/globals';
import fc from 'fast-check';
import type { GatewayResource } from '../../../../src/kinds/endpoint-gateway/observed.ts';
import type {
  EndpointGatewaySpec,
  EndpointGatewayStatus,
} from '../../../../src/kinds/endpoint-gateway/types.gen.ts';
import { referencesOf } from '../../../../src/kinds/endpoint-gateway/wanted/remembered.ts';
import { type Resolution, resolve } from '../../../../src/kinds/endpoint-gateway/wanted/resolve.ts';
import { clusterID, ownName, resource } from '../samples.ts';
import {
  boundIP,
  catalogue,
  inWords,
  keyProtect,
  ledger,
  listed,
  main,
  reservedIP,
  securityGroup,
  subnets,
} from './account.ts';

type Spec = Partial<EndpointGatewaySpec>;
interface Thing {
  readonly id: string;
  readonly name: string;
  readonly crn: string;
}
type Form = 'id' | 'name' | 'crn';

const held = catalogue({ reservedIPs: listed(reservedIP('keep', 'db-1'), reservedIP('spare', 'db-3')) });
const byName: Spec = { vpc: { name: 'main' } };

function resolved(object: GatewayResource, bound?: readonly ReturnType<typeof boundIP>[]): Resolution {
  return resolve(object, held, { clusterID, bound });
}

/** What a spec comes to: the first problem in words, or all that is wanted. */
function outcome(spec: Spec): unknown {
  const { wanted, problem } = resolved(resource({ spec: { ...byName, ...spec } }));
  return problem === undefined ? wanted : inWords(problem);
}

describe('a spec', () => {
  it('says as little as it may', () => {
    expect(outcome({ target: { crn: keyProtect.crn } })).toEqual({
      vpc: main,
      name: ownName,
      target: { key: keyProtect.crn, resourceType: 'provider_cloud_service', hosts: keyProtect.hosts },
      resourceGroupId: undefined,
      securityGroupIds: undefined,
      ips: undefined,
      zonesWithoutSubnet: [],
    });
  });

  it('says all that it can', () => {
    const spec = {
      name: 'chosen',
      target: { service: { name: 'ledger' } },
      resourceGroup: { name: 'platform' },
      securityGroups: [{ name: 'web' }],
      autoIPs: { zones: 'Nodes' as const },
    };
    expect(outcome(spec)).toMatchObject({
      name: 'chosen',
      target: { key: ledger.crn },
      resourceGroupId: 'group-of-platform',
      securityGroupIds: ['r006-main-web'],
      ips: [{ zone: 'us-south-1' }, { zone: 'us-south-2' }, { zone: 'us-south-3' }],
    });
  });

  test.each<[string, Spec]>([
    ['VPCNotFound', { vpc: { name: 'x' }, target: { service: { name: 'x' } } }],
    ['TargetNotFound', { target: { service: { name: 'x' } }, resourceGroup: { name: 'x' } }],
    ['ResourceGroupNotFound', { resourceGroup: { name: 'x' }, securityGroups: [{ name: 'x' }] }],
    ['SecurityGroupNotFound', { securityGroups: [{ name: 'x' }], ips: [{ subnet: { name: 'x' } }] }],
    ['SubnetNotFound', { ips: [{ subnet: { name: 'x' } }] }],
  ])('has one problem at a time: %s', (reason, spec) => {
    expect(outcome(spec)).toContain(reason);
  });

  it('is resolved as far as it can be', () => {
    const targetless = resolved(resource({ spec: { ...byName, target: { service: { name: 'x' } } } }));
    expect(targetless).toMatchObject({ vpc: main, target: undefined, wanted: undefined });
    const vpcless = resolved(
      resource({ spec: { vpc: { name: 'x' }, target: { service: { name: 'kms' } } } }),
    );
    expect(vpcless).toMatchObject({ vpc: undefined, target: { key: keyProtect.crn }, wanted: undefined });
  });
});

describe('a gateway that matches the spec', () => {
  const spec: Spec = { ...byName, target: { service: { name: 'renamed-since' } } };
  const status: Partial<EndpointGatewayStatus> = {
    target: ledger.crn,
    serviceEndpoints: ledger.hosts,
    references: referencesOf(resource({ spec })),
  };

  it('keeps its target though the catalogue has come to say something else', () => {
    expect(resolved(resource({ spec, status }), []).wanted?.target).toEqual({
      key: ledger.crn,
      resourceType: 'provider_cloud_service',
      hosts: ledger.hosts,
    });
  });

  it('is made anew, when it is gone, to what the name means by then', () => {
    expect(resolved(resource({ spec, status })).problem).toMatchObject({ reason: 'TargetNotFound' });
  });
});

const form = fc.constantFrom<Form>('id', 'name', 'crn');
const reference = (thing: Thing): fc.Arbitrary<EndpointGatewaySpec['vpc']> =>
  form.map((field) => ({ [field]: thing[field] }));
const [appOne, , appTwo] = subnets.filter(({ vpc }) => vpc.id === main.id);
const [group] = [...(held.resourceGroups?.values() ?? [])].slice(1);

const wantedOf = (spec: Spec): unknown => resolved(resource({ spec })).wanted;

test('the form in which things are named makes no difference', () => {
  if (appOne === undefined || appTwo === undefined || group === undefined) {
    throw new Error('the samples changed');
  }
  const forms = fc.record({
    vpc: reference(main),
    target: fc.constantFrom<EndpointGatewaySpec['target']>(
      { crn: keyProtect.crn },
      { service: { name: 'kms' } },
      { service: { name: 'Key Protect' } },
      { service: { name: 'KMS', region: 'us-south' } },
      { service: { name: 'kms', endpoint: keyProtect.hosts[0] ?? '' } },
    ),
    resourceGroup: reference(group),
    securityGroups: fc.tuple(reference(securityGroup('web')), reference(securityGroup('data'))),
    ips: fc.tuple(
      reference(appOne).map((subnet) => ({ subnet, name: 'first' })),
      reference(appTwo).map((subnet) => ({ subnet })),
      fc
        .constantFrom({ id: 'rip-db-3-spare' }, { name: 'spare' }, { name: 'spare', subnet: 'db-3' })
        .map((ip) => ({ reservedIP: ip })),
    ),
  });
  fc.assert(
    fc.property(forms, forms, (one, other) => {
      expect(wantedOf(one)).toBeDefined();
      expect(wantedOf(one)).toEqual(wantedOf(other));
    }),
  );
});

test('no two addresses that are wanted are in one zone', () => {
  const ips = fc.array(
    fc.oneof(
      fc
        .constantFrom('app-1', 'app-2', 'app-3', 'db-1', 'db-2', 'db-3')
        .map((name) => ({ subnet: { name } })),
      fc.constantFrom('keep', 'spare').map((name) => ({ reservedIP: { name } })),
      fc.constantFrom('rip-db-1-keep', 'rip-db-3-spare', 'rip-app-2-x').map((id) => ({ reservedIP: { id } })),
    ),
    { maxLength: 3 },
  );
  const bound = fc.subarray([boundIP('x', 'app-2'), boundIP('y', 'db-1')]);
  fc.assert(
    fc.property(fc.oneof(ips, fc.constant(undefined)), bound, (some, have) => {
      const addresses: Spec = some === undefined ? { autoIPs: { zones: 'All' } } : { ips: some };
      const { wanted, problem } = resolved(resource({ spec: { ...byName, ...addresses } }), have);
      expect(wanted === undefined).toBe(problem !== undefined);
      const zones = wanted?.ips?.map(({ zone }) => zone) ?? [];
      expect(new Set(zones).size).toBe(zones.length);
    }),
  );
});
