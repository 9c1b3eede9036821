import { describe, expect, it, test } from '@jest/globals';
import type {
  EndpointGatewaySpec,
  EndpointGatewayStatus,
} from '../../../../src/kinds/endpoint-gateway/types.gen.ts';
import { referencesOf } from '../../../../src/kinds/endpoint-gateway/wanted/remembered.ts';
import {
  hostsOf,
  rememberedTarget,
  resolveTarget,
} from '../../../../src/kinds/endpoint-gateway/wanted/target.ts';
import { kmsTarget, resource } from '../samples.ts';
import {
  abroad,
  byKey,
  instance,
  keyProtect,
  keys,
  ledger,
  orders,
  said,
  secrets,
  service,
  storageConfig,
  targets,
} from './account.ts';

type Target = EndpointGatewaySpec['target'];
type Service = NonNullable<Target['service']>;

const targetOf = (target: Target, among = targets): unknown =>
  said(resolveTarget(resource({ spec: { target } }), among));
const keyOf = (wanted: Service, among = targets): unknown => {
  const found = said(resolveTarget(resource({ spec: { target: { service: wanted } } }), among));
  return typeof found === 'string' ? found : found.key;
};

const privatePath = 'crn:v1:bluemix:public:is:us-south:a/0123::private-path-service-gateway:r006-pp';

describe('a target that needs no name', () => {
  it('is a CRN, whose listing or whose own words tell its hosts', () => {
    const resourceType = 'provider_cloud_service';
    expect(targetOf({ crn: ledger.crn })).toEqual({ key: ledger.crn, resourceType, hosts: ledger.hosts });
    const hosts = ['private.us-south.kms.cloud.ibm.com'];
    const unlisted = resolveTarget(resource({ spec: { target: { crn: kmsTarget } } }));
    expect(said(unlisted)).toEqual({ key: kmsTarget, resourceType, hosts });
  });

  it('is infrastructure', () => {
    const wanted = { key: 'ibm-ntp-server', resourceType: 'provider_infrastructure_service', hosts: [] };
    expect(targetOf({ infrastructure: 'ibm-ntp-server' })).toEqual(wanted);
    expect(targetOf({ service: { name: 'ibm-ntp-server' } })).toEqual(wanted);
  });

  it('is a Private Path service gateway, of which nobody tells the hosts', () => {
    expect(targetOf({ privatePathServiceGateway: { crn: privatePath } })).toEqual({
      key: privatePath,
      resourceType: 'private_path_service_gateway',
      hosts: [],
    });
  });
});

describe('a service by name', () => {
  test.each<[string, Service, string]>([
    ['the name in CRNs', { name: 'kms' }, keyProtect.crn],
    ['the name in the catalogue', { name: 'Key Protect' }, keyProtect.crn],
    ['whatever the case', { name: 'key PROTECT' }, keyProtect.crn],
    ['an instance', { name: 'ledger' }, ledger.crn],
    ['the only instance of a service', { name: 'secrets-manager' }, secrets.crn],
    [
      'several, told apart by the endpoint',
      { name: 'cloud-object-storage', endpoint: 'config.direct.example' },
      storageConfig.crn,
    ],
    [
      'instances of a service, told apart by the endpoint',
      { name: 'databases-for-postgresql', endpoint: 'guid-of-orders.private.example' },
      orders.crn,
    ],
    ['an instance in another region', { name: 'abroad', region: 'eu-de' }, abroad.crn],
  ])('%s', (_, wanted, crn) => {
    expect(keyOf(wanted)).toBe(crn);
  });

  it('means the service rather than an instance that somebody gave the same name', () => {
    const squatter = instance('kms', 'databases-for-redis');
    const instances = byKey([...targets.instances.values(), squatter], ({ crn }) => crn);
    expect(keyOf({ name: 'kms' }, { ...targets, instances })).toBe(keyProtect.crn);
    expect(keyOf({ name: 'kms', endpoint: squatter.hosts[0] ?? '' }, { ...targets, instances })).toBe(
      squatter.crn,
    );
  });

  test.each<[string, Service, string]>([
    [
      'is misspelled',
      { name: 'kns' },
      'No service and no instance of account default is named kns in us-south; nearest: kms, keys, orders, ledger, Key Protect',
    ],
    [
      'is of another region',
      { name: 'abroad' },
      'No service and no instance of account default is named abroad in us-south, but an instance is in eu-de: set target.service.region',
    ],
    [
      'has other endpoints',
      { name: 'kms', endpoint: 'private.us-south.kms.cloud.ibm.co' },
      'kms has no endpoint private.us-south.kms.cloud.ibm.co in us-south; nearest: private.us-south.kms.cloud.ibm.com',
    ],
  ])('that %s may come yet', (_, wanted, message) => {
    expect(keyOf(wanted)).toBe(`wait TargetNotFound: ${message}`);
  });

  it('of several services has to be told apart by the endpoint', () => {
    expect(keyOf({ name: 'cloud-object-storage' })).toBe(
      'stalled TargetAmbiguous: 2 targets are named cloud-object-storage in us-south: Object Storage (s3.direct.us-south.example), Object Storage Configuration (config.direct.example); choose one by target.service.endpoint',
    );
  });

  it('of several instances with one host can only be told apart by CRN', () => {
    const twin = instance('keys-2', 'kms', { hosts: keys.hosts });
    const among = { services: new Map(), instances: byKey([keys, twin], ({ crn }) => crn) };
    for (const endpoint of [{}, { endpoint: keys.hosts[0] ?? '' }]) {
      expect(keyOf({ name: 'kms', ...endpoint }, among)).toBe(
        `stalled TargetAmbiguous: 2 targets are named kms in us-south: keys (${keys.crn}), keys-2 (${twin.crn}); give the CRN of one as target.crn`,
      );
    }
  });

  it('of many shows five', () => {
    const many = [1, 2, 3, 4, 5, 6, 7].map((n) => service(`Part ${n}`, 'hs-crypto', `p${n}.example`));
    const among = { services: byKey(many, ({ crn }) => crn), instances: new Map() };
    expect(keyOf({ name: 'hs-crypto' }, among)).toContain('Part 5 (p5.example) and others; choose');
  });
});

describe('hostsOf', () => {
  test.each<[string, string, readonly string[]]>([
    ['the listing', ledger.crn, ledger.hosts],
    [
      'the CRN',
      'crn:v1:bluemix:public:iam-svcs:global:::endpoint:private.iam.cloud.ibm.com',
      ['private.iam.cloud.ibm.com'],
    ],
    ['nothing', 'crn:v1:bluemix:public:kms:eu-de:a/ffff:guid::', []],
    ['nothing, for infrastructure', 'ibm-ntp-server', []],
  ])('is told by %s', (_, key, hosts) => {
    expect(hostsOf(key, targets)).toEqual(hosts);
  });
});

const spec = { target: { service: { name: 'ledger' } } };
const then = (target: object): Partial<EndpointGatewayStatus> => ({
  target: ledger.crn,
  serviceEndpoints: ledger.hosts,
  references: referencesOf(resource({ spec: { target } })),
});
const remembered = (status: Partial<EndpointGatewayStatus>, hasGateway = true): string | undefined =>
  rememberedTarget(resource({ spec, status }), hasGateway)?.key;

describe('a remembered target', () => {
  it('is that which the same reference meant when the gateway matched', () => {
    expect(remembered(then(spec.target))).toBe(ledger.crn);
  });

  test.each<[string, Partial<EndpointGatewayStatus>, boolean]>([
    ['the spec refers to something else now', then({ service: { name: 'ledger', region: 'eu-de' } }), true],
    ['there is no gateway', then(spec.target), false],
    ['nothing is known', { target: ledger.crn }, true],
  ])('is none when %s', (_, status, hasGateway) => {
    expect(remembered(status, hasGateway)).toBeUndefined();
  });

  it('is not needed for a CRN', () => {
    const target = { crn: kmsTarget };
    const object = resource({ spec: { target }, status: then(target) });
    expect(rememberedTarget(object, true)).toBeUndefined();
  });
});
