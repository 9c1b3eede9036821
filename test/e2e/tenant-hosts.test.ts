/**
 * A tenant directs no token to a host of the tenant's choice, through no field of the spec that takes text nor through
 * the status. The witnesses: a listener at the address that the fields name, which the operator's own configuration
 * trusts, so that only where hosts come from protects it; and the simulated cloud's log, which has the calls meanwhile.
 */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';

import { firstStartMs } from '../cluster/control-plane.ts';
import { isReady, reasonOf } from '../harness/gateway-watch.ts';
import { gatewayManifest, type GatewayManifest, networkOf } from '../harness/gateways.ts';
import { startWorld, type World } from '../harness/world.ts';

jest.setTimeout(180_000);

type Spec = GatewayManifest['spec'];

let world: World;
let namespace: string;
let server: Server;
/** With its port. */
let host: string;
let visits = 0;

beforeAll(async () => {
  world = await startWorld();
  server = createServer((socket) => {
    visits += 1;
    socket.destroy();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  namespace = await world.namespace();
  await world.startOperator();
}, firstStartMs);

afterAll(async () => {
  const closed = once(server, 'close');
  server.close();
  await closed;
  await world.stop();
});

/** Calls of the operator to the cloud since then; its token service apart, which it need not ask each time. */
function callsSince(after: number): number {
  return world.cloud.control.requestLog
    .entries({ after })
    .filter(({ service, userAgent }) => service !== 'iam' && userAgent?.startsWith('vpe-operator/') === true)
    .length;
}

function crnOf(type: string): string {
  return `crn:v1:bluemix:public:is:us-south:a/0123456789abcdef0123456789abcdef::${type}:${host}`;
}

describe('a host in the spec', () => {
  test.each<[field: string, spec: (url: string) => Spec, complaint: RegExp]>([
    ['region', () => ({ region: host }), /spec\.region: .*must be a region's name/],
    ['region, in front of a query', () => ({ region: `${host}/v1?` }), /spec\.region: /],
    ['account', (url) => ({ account: url }), /spec\.account: /],
    ['name', () => ({ name: host }), /spec\.name: /],
    ['vpc.id', (url) => ({ vpc: { id: url } }), /spec\.vpc\.id: .*must be a VPC id/],
    ['vpc.crn', () => ({ vpc: { crn: crnOf('vpc') } }), /spec\.vpc\.crn: .*must be a VPC's CRN/],
    ['vpc.name', (url) => ({ vpc: { name: url } }), /spec\.vpc\.name: .*must be a VPC name/],
    ['target.crn', (url) => ({ target: { crn: url } }), /spec\.target\.crn: .*must be a CRN/],
    [
      'target.crn, at its end',
      () => ({ target: { crn: `crn:v1:bluemix:public:kms:us-south:::endpoint:${host}` } }),
      /spec\.target\.crn: .*must be a CRN/,
    ],
    [
      'target.service.endpoint',
      () => ({ target: { service: { name: 'kms', endpoint: host } } }),
      /spec\.target\.service\.endpoint: .*must be a host name/,
    ],
    [
      'target.privatePathServiceGateway.crn',
      () => ({ target: { privatePathServiceGateway: { crn: crnOf('private-path-service-gateway') } } }),
      /spec\.target\.privatePathServiceGateway\.crn: .*must be/,
    ],
  ])('%s is refused by the API server', async (_, specOf, complaint) => {
    const applied = world.apply(namespace, gatewayManifest('refused', specOf(`http://${host}`)));

    await expect(applied).rejects.toThrow(complaint);
  });

  test.each<[name: string, spec: (url: string) => Spec, reason: string]>([
    ['service', (url) => ({ target: { service: { name: url } } }), 'TargetNotFound'],
    [
      'service-endpoint',
      () => ({ target: { service: { name: 'kms', endpoint: host.replace(':', '.') } } }),
      'TargetNotFound',
    ],
    ['group', (url) => ({ resourceGroup: { name: url } }), 'ResourceGroupNotFound'],
    ['security-group', (url) => ({ securityGroups: [{ name: url }] }), 'SecurityGroupNotFound'],
    ['subnet', (url) => ({ ips: [{ subnet: { name: url } }] }), 'SubnetNotFound'],
    ['reserved-ip', (url) => ({ ips: [{ reservedIP: { name: url } }] }), 'ReservedIPNotFound'],
    ['access-tag', () => ({ accessTags: [`endpoint:${host.replace(':', '.')}`] }), 'AccessTagNotFound'],
    ['tag', () => ({ tags: [`endpoint:${host}`] }), 'Succeeded'],
  ])('as %s is taken for a name, and not called', async (name, specOf, reason) => {
    const before = world.cloud.control.requestLog.lastSequence;
    const key = await world.apply(namespace, gatewayManifest(name, specOf(`http://${host}`)));
    await world.watch.until(key, `says ${reason}`, (object) => reasonOf(object) === reason);

    expect(callsSince(before)).toBeGreaterThan(0);
    expect(visits).toBe(0);
  });
});

test('a host in the status, which a tenant may be able to write, is not called', async () => {
  const url = `http://${host}`;
  const manifest = gatewayManifest('forged', {
    name: 'before',
    ips: [{ subnet: { id: networkOf(world.cloud).subnets[1][0] } }],
  });
  const key = await world.apply(namespace, manifest);
  const { status } = await world.watch.until(key, 'is Ready', isReady);
  const before = world.cloud.control.requestLog.lastSequence;
  const forged = { crn: url, vpc: url, target: url, resourceGroup: url, serviceEndpoints: [host] };
  const patch = ['--subresource=status', '--type=merge', '-p', JSON.stringify({ status: forged })];
  await world.kubectl(['patch', '-n', namespace, 'epg', 'forged', ...patch]);
  await world.apply(namespace, { ...manifest, spec: { ...manifest.spec, name: 'after' } });
  const healed = await world.watch.until(
    key,
    'is itself again',
    (object) => isReady(object) && object.status?.name === 'after',
  );

  expect(world.watch.versionsOf(key).map((version) => version.status)).toContainEqual(
    expect.objectContaining(forged),
  );
  expect(healed.status).toMatchObject({ id: status?.id, crn: status?.crn, vpc: status?.vpc });
  expect(callsSince(before)).toBeGreaterThan(0);
  expect(visits).toBe(0);
});
