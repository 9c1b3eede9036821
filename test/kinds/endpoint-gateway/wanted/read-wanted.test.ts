/** What resolving a spec asks of the simulated cloud, and what it does when that fails. */
import { afterAll, beforeAll, beforeEach, describe, expect, it, test } from '@jest/globals';
import type { ReservedIPReference } from '../../../../src/cloud/vpc-types.ts';
import type { GatewayResource } from '../../../../src/kinds/endpoint-gateway/observed.ts';
import type { EndpointGatewaySpec } from '../../../../src/kinds/endpoint-gateway/types.gen.ts';
import type { ResolvingIo } from '../../../../src/kinds/endpoint-gateway/wanted/listings.ts';
import { referencesOf } from '../../../../src/kinds/endpoint-gateway/wanted/remembered.ts';
import { type Reading, readWanted } from '../../../../src/kinds/endpoint-gateway/wanted/read-wanted.ts';
import { type Cloud, startCloud } from '../../../cloud/cloud.ts';
import { targetCrn } from '../../../cloud/fixture.ts';
import { byIdOrName } from '../../../cloud/seed.ts';
import { background, cloudErrorOf, openAccount } from '../../../cloud-clients/open-account.ts';
import { FakeClock } from '../../../lib/fake-clock.ts';
import { clusterID, deleting, resource } from '../samples.ts';
import { inWords } from './account.ts';

const freshMs = 30_000;
const keyProtect = targetCrn('key-protect');

let cloud: Cloud;
let clock: FakeClock;
let io: ResolvingIo;
let asked: number;
let nodesRead: number;
let made = 0;

beforeAll(async () => {
  cloud = await startCloud();
  cloud.control.clock.freeze();
});

afterAll(async () => cloud.stop());

beforeEach(async () => {
  cloud.control.faults.clear();
  clock = new FakeClock();
  const session = await (await openAccount(cloud, { clock })).session();
  asked = cloud.control.requestLog.lastSequence;
  nodesRead = 0;
  const nodeZones = async (): Promise<readonly string[]> => {
    nodesRead += 1;
    return ['us-south-1'];
  };
  io = { ...background, session, clock, clusterID, freshMs, nodeZones };
});

/** Operations that were called since the last look. */
function calls(): readonly string[] {
  const since = cloud.control.requestLog.entries({ after: asked });
  asked = cloud.control.requestLog.lastSequence;
  return since.map(({ operation }) => operation ?? '?').toSorted();
}

/** How many subnets' reserved IPs were listed since then. */
const listings = (): number => calls().filter((call) => call === 'list_subnet_reserved_ips').length;

const gateway = (spec: Partial<EndpointGatewaySpec> = {}): GatewayResource =>
  resource({ spec: { vpc: { name: 'vpc-1' }, target: { crn: keyProtect }, ...spec } });

const read = async (
  spec: Partial<EndpointGatewaySpec>,
  bound?: readonly ReservedIPReference[],
): Promise<Reading> => readWanted(gateway(spec), bound, io);

const reasonOf = async (spec: Partial<EndpointGatewaySpec>): Promise<string | undefined> =>
  (await read(spec)).problem?.reason;

/** A reserved IP as a gateway shows it that has it. */
function seededIP(subnet: string): ReservedIPReference {
  made += 1;
  const name = `seeded-${made}`;
  const { id } = cloud.control.seed.reservedIP({ subnet, name });
  const { id: subnetId } = byIdOrName(cloud.control.area('default', 'us-south').subnets, subnet);
  return { id, name, address: '10.0.0.9', href: `/v1/subnets/${subnetId}/reserved_ips/${id}` };
}

describe('a listing is read when the spec needs it', () => {
  const everyService = ['list_vpcs', 'search', 'search_objects'];
  test.each<[string, Partial<EndpointGatewaySpec>, readonly string[]]>([
    ['VPCs', {}, ['list_vpcs']],
    ['resource groups', { resourceGroup: { name: 'Default' } }, ['list_resource_groups', 'list_vpcs']],
    ['security groups', { securityGroups: [{ name: 'vpc-1-web' }] }, ['list_security_groups', 'list_vpcs']],
    ['subnets', { ips: [{ subnet: { name: 'vpc-1-zone-1-a' } }] }, ['list_subnets', 'list_vpcs']],
    ['subnets to choose from', { autoIPs: { zones: 'All' } }, ['list_subnets', 'list_vpcs']],
    ['services', { target: { service: { name: 'kms' } } }, everyService],
    ['those of another region', { target: { service: { name: 'kms', region: 'eu-de' } } }, everyService],
    [
      'no Private Path service gateways',
      { target: { privatePathServiceGateway: { crn: 'crn' } } },
      ['list_vpcs'],
    ],
  ])('%s', async (_, spec, expected) => {
    expect((await read(spec)).problem).toBeUndefined();
    expect(calls()).toEqual(expected);
    expect(nodesRead).toBe(0);
  });

  it('or Nodes', async () => {
    const { wanted } = await read({ autoIPs: { zones: 'Nodes' } });
    expect(wanted?.ips).toMatchObject([{ zone: 'us-south-1' }]);
    expect(nodesRead).toBe(1);
  });

  it('and subnets when addresses are bound, whose zones the status shows', async () => {
    const bound = [seededIP('vpc-1-zone-1-a')];
    expect((await read({}, bound)).subnets.size).toBeGreaterThan(0);
  });

  it('in the region of the service', async () => {
    const { target } = await read({ target: { service: { name: 'kms', region: 'eu-de' } } });
    expect(target?.key).toBe(keyProtect.replaceAll('us-south', 'eu-de'));
  });
});

describe('a listing of ten minutes', () => {
  it('serves every object', async () => {
    await read({});
    await clock.advance(590_000);
    await read({ vpc: { name: 'vpc-2' } });
    expect(calls()).toEqual(['list_vpcs']);
    await clock.advance(20_000);
    await read({});
    expect(calls()).toEqual(['list_vpcs']);
  });

  it('is read anew for what it lacks', async () => {
    const spec = { vpc: { name: 'just-made' } };
    await read({});
    cloud.control.seed.vpc({ name: 'just-made' });
    await clock.advance(freshMs + 1);
    expect((await read(spec)).vpc?.name).toBe('just-made');
    expect(calls()).toEqual(['list_vpcs', 'list_vpcs']);
  });

  it('is not read anew for what a fresh one lacks', async () => {
    expect(await reasonOf({ vpc: { name: 'never-made' } })).toBe('VPCNotFound');
    expect(await reasonOf({ vpc: { name: 'never-made-either' } })).toBe('VPCNotFound');
    expect(calls()).toEqual(['list_vpcs']);
  });

  it('is read anew for the subnet of a bound address', async () => {
    await read({ autoIPs: { zones: 'All' } });
    cloud.control.seed.subnet({ vpc: 'vpc-1', name: 'late', zone: 'us-south-1', cidr: '10.1.8.0/24' });
    await clock.advance(freshMs + 1);
    const late = seededIP('late');
    const { wanted } = await read({ autoIPs: { zones: 'All' } }, [late]);
    expect(wanted?.ips).toContainEqual({ kind: 'existing', id: late.id, zone: 'us-south-1' });
  });
});

describe('reserved IPs are listed', () => {
  it('not to bind one by its id', async () => {
    const { id } = seededIP('vpc-1-zone-1-a');
    expect((await read({ ips: [{ reservedIP: { id } }] })).wanted?.ips).toMatchObject([{ id }]);
    expect(listings()).toBe(0);
  });

  it('to find one by its name, once for a subnet', async () => {
    const { id, name } = seededIP('vpc-1-zone-2-b');
    expect((await read({ ips: [{ reservedIP: { name } }] })).wanted?.ips).toEqual([
      { kind: 'existing', id, zone: 'us-south-2' },
    ]);
    const subnets = cloud.control.area('default', 'us-south').subnets.values();
    expect(listings()).toBe([...subnets].filter(({ vpc }) => vpc.name === 'vpc-1').length);
    const reservedIP = { name, subnet: 'vpc-1-zone-2-b' };
    expect((await read({ ips: [{ reservedIP }] })).wanted?.ips).toMatchObject([{ id }]);
    expect(listings()).toBe(1);
    expect(await reasonOf({ ips: [{ reservedIP: { ...reservedIP, name: 'nope' } }] })).toBe(
      'ReservedIPNotFound',
    );
    expect(listings()).toBe(1);
  });

  it('not for one that is bound', async () => {
    const bound = [seededIP('vpc-1-zone-1-a')];
    const ips = bound.map(({ name }) => ({ reservedIP: { name } }));
    expect((await read({ ips }, bound)).wanted?.ips).toMatchObject(bound.map(({ id }) => ({ id })));
    expect(listings()).toBe(0);
  });

  it('in the VPC of the gateway, though it is not named any more what the spec remembers', async () => {
    const { vpcs } = cloud.control.area('default', 'us-south');
    const spec = { vpc: { name: 'vpc-9' }, ips: [{ reservedIP: { name: seededIP('vpc-1-zone-1-a').name } }] };
    const status = { vpc: byIdOrName(vpcs, 'vpc-1').id, references: referencesOf(gateway(spec)) };
    expect((await readWanted({ ...gateway(spec), status }, [], io)).problem).toBeUndefined();
  });

  it('to know a zone that the order of changes depends on', async () => {
    const [old, next] = [seededIP('vpc-1-zone-1-a'), seededIP('vpc-1-zone-1-b')];
    const ips = [{ reservedIP: { id: next.id } }];
    expect((await read({ ips }, [old])).wanted?.ips).toEqual([
      { kind: 'existing', id: next.id, zone: 'us-south-1' },
    ]);
    expect(listings()).toBeGreaterThan(0);
    await read({ ips: [...ips, { subnet: { name: 'vpc-1-zone-1-a' } }] }, [old]);
    expect(listings()).toBe(0);
  });
});

describe('a catalogue that cannot be read', () => {
  beforeEach(() => {
    for (const service of ['catalog', 'search', 'resource-manager'] as const) {
      cloud.control.faults.add({ service, status: 503 });
    }
  });

  it('ends the pass when a name is looked up there', async () => {
    expect(await cloudErrorOf(read({ target: { service: { name: 'kms' } } }))).toMatchObject({
      reason: 'unavailable',
    });
  });

  it('is no obstacle to a CRN, whose hosts it would only tell', async () => {
    const { crn } = cloud.control.seed.serviceInstance({ name: 'redis', service: 'databases-for-redis' });
    expect((await read({ target: { crn } })).wanted?.target).toMatchObject({ key: crn, hosts: [] });
    cloud.control.faults.clear();
    expect((await read({ target: { crn } })).wanted?.target.hosts).toHaveLength(1);
    expect((await read({ target: { crn: targetCrn('dns-services') } })).wanted?.target.hosts).toHaveLength(1);
  });

  it('is no obstacle to a gateway that matches its spec', async () => {
    const spec = { vpc: { name: 'vpc-1' }, target: { service: { name: 'kms' } } };
    const references = referencesOf(resource({ spec }));
    const settled = resource({ spec, status: { target: keyProtect, references } });
    expect((await readWanted(settled, [], io)).wanted?.target.key).toBe(keyProtect);
  });

  it('is no obstacle to a deletion', async () => {
    const spec = {
      vpc: { name: 'vpc-1' },
      target: { service: { name: 'kms' } },
      resourceGroup: { name: 'Default' },
      ips: [{ reservedIP: { name: 'kept' } }],
    };
    const { problem, wanted, vpc } = await readWanted(resource({ spec, metadata: deleting }), undefined, io);
    expect([problem, wanted, vpc?.name]).toEqual([undefined, undefined, 'vpc-1']);
    expect(calls()).toEqual(['list_vpcs']);
  });
});

test('a name is what the account has: labels, services, instances', async () => {
  cloud.control.seed.serviceInstance({ name: 'orders', service: 'databases-for-postgresql' });
  for (const name of ['Key Protect', 'kms', 'orders', 'databases-for-postgresql', 'ibm-ntp-server']) {
    const { problem } = await read({ target: { service: { name } } });
    expect(problem && inWords(problem)).toBeUndefined();
  }
  const several = await read({ target: { service: { name: 'hs-crypto' } } });
  expect(several.problem && inWords(several.problem)).toMatch(
    /^stalled TargetAmbiguous: 8 targets are named hs-crypto in us-south: Hyper Protect Crypto Services: .* and others; choose one by target.service.endpoint$/,
  );
});
