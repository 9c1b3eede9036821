/** Starting the network, seeing it from another process, and ending it. */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test } from '@jest/globals';
import { repositoryPath } from '../../lib/repository.ts';
import { startCloud, type Cloud } from '../cloud.ts';
import { startFixture } from '../fixture.ts';
import { networkFrom } from './caller.ts';
import { probe, resolve, startNetworkFixture } from './fixture.ts';
import { callOver } from './https-call.ts';
import { networkOf } from './network.ts';

const IAM = 'private.iam.cloud.ibm.com';

let cloud: Cloud | undefined;

afterEach(async () => {
  await cloud?.stop();
});

/** What keeps this process alive, by kind. */
function open(): string[] {
  return process
    .getActiveResourcesInfo()
    .filter((kind) => /^(TCP|UDP|MessagePort|Worker)/.test(kind))
    .toSorted();
}

test('another process can be anywhere in it', async () => {
  const fixture = await startNetworkFixture();
  ({ cloud } = fixture);
  fixture.seedGateway('vpc-1', 'iam');
  const run = promisify(execFile);
  const program = repositoryPath('test', 'cloud', 'network', 'caller-process.ts');
  const admin = cloud.plainEndpoints.admin;
  const places = [{ vpc: fixture.vpc('vpc-1') }, 'public'].map(async (side) => {
    const name = side === 'public' ? 'iam.cloud.ibm.com' : IAM;
    const response = await fetch(`${admin}/network/sides`, { method: 'POST', body: JSON.stringify(side) });
    const { stdout } = await run(process.execPath, [program, await response.text(), name]);
    return JSON.parse(stdout) as unknown;
  });
  expect(await Promise.all(places)).toEqual([
    { addresses: ['10.1.0.4', '10.2.0.4'], peer: '10.1.0.4', resolvers: ['161.26.0.7', '161.26.0.8'] },
    {
      addresses: [expect.stringMatching(/^198\.51\.100\.\d+$/)],
      peer: expect.stringMatching(/^198\.51\.100\.\d+$/),
      resolvers: ['198.51.100.53'],
    },
  ]);
});

test('callers of one place can be told apart, by the source of what they ask', async () => {
  const fixture = await startFixture();
  ({ cloud } = fixture);
  const network = await cloud.network();
  const configs = await Promise.all(
    [undefined, 'one', 'other', 'one'].map(async (name) => network.sideConfig('public', name)),
  );
  const sources = configs.map(({ source }) => source);
  expect([new Set(sources).size, sources[3]]).toEqual([3, sources[1]]);
  for (const config of configs) {
    await callOver(networkFrom(config), 'https://iam.cloud.ibm.com/identity/keys', { ca: cloud.caPem });
  }
  const seen = cloud.control.requestLog.entries({ operation: 'get_keys' }).map(({ source }) => source);
  expect(seen).toEqual(sources);
});

test('open connections can be cut, by the range that they lead to', async () => {
  const fixture = await startNetworkFixture();
  ({ cloud } = fixture);
  const place = await fixture.at('vpc-1');
  const [inner, outer] = await Promise.all(
    [IAM, 'iam.cloud.ibm.com'].map(async (host) => {
      const socket = connectTls({
        socket: place.dial({ host, port: 443 }),
        servername: host,
        ca: cloud?.caPem,
      });
      await once(socket, 'secureConnect');
      return socket;
    }),
  );
  const cut = once(inner as TLSSocket, 'error');
  (await cloud.network()).cut('166.8.0.0/14');
  expect(await cut).toMatchObject([{ code: 'ECONNRESET' }]);
  expect(outer?.destroyed).toBe(false);
  outer?.destroy();
});

test('faults, routes, names and logs can be had over HTTP', async () => {
  const fixture = await startFixture();
  ({ cloud } = fixture);
  const { admin } = cloud.plainEndpoints;
  const call = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(`${admin}/network/${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return response.status === 204 ? undefined : response.json();
  };
  const side = fixture.vpc('vpc-1');
  const place = await networkOf(cloud, { vpc: side });
  await call('POST', 'names', { name: 'known.example' });
  expect(await resolve(place, 'known.example')).toHaveLength(1);
  expect(await call('POST', 'dns-faults', { kind: 'nxdomain', side })).toEqual({ id: 'dns-fault-1' });
  expect(await resolve(place, 'known.example')).toBe('ENOTFOUND');
  expect(await call('GET', 'dns-faults')).toMatchObject([{ kind: 'nxdomain', struck: 1 }]);
  await call('DELETE', 'dns-faults/dns-fault-1');
  expect(await call('GET', 'queries')).toMatchObject([{ side }, { side, fault: 'nxdomain' }]);
  await call('POST', 'address-faults', { kind: 'refused', address: '10.1.0.4', count: 1 });
  expect(await probe(place, { host: '10.1.0.4' })).toBe('ECONNREFUSED');
  expect(await call('GET', 'address-faults')).toMatchObject([{ struck: 1 }]);
  expect(await call('GET', 'connections')).toMatchObject([{ side, outcome: 'refused', bytesReceived: 0 }]);
  for (const log of ['queries', 'connections', 'dns-faults', 'address-faults']) {
    await call('DELETE', log);
    expect(await call('GET', log)).toEqual([]);
  }
  const [vpc, other] = [side, fixture.vpc('vpc-2')];
  await call('POST', 'routes', { vpc, other });
  expect(cloud.control.network.hasRoute(other, vpc)).toBe(true);
  await call('DELETE', 'routes', { vpc: other, other: vpc });
  expect(cloud.control.network.hasRoute(vpc, other)).toBe(false);
});

describe('when the cloud stops', () => {
  test('nothing of the network is left open, whatever is going on', async () => {
    const before = open();
    cloud = await startCloud({ network: true });
    const { control } = cloud;
    control.network.addressFaults.add({ kind: 'silent', address: '10.1.0.4' });
    control.network.addressFaults.add({ kind: 'blackhole', address: '10.1.0.5' });
    const [vpc = ''] = control.area('default', 'us-south').vpcs.keys();
    const place = await networkOf(cloud, { vpc });
    expect(await probe(place, { host: '10.1.0.4', port: 80 })).toBe('connected');
    const lasting = ['10.1.0.4', '10.1.0.5', 'iam.cloud.ibm.com'].map((host) =>
      place.dial({ host, port: 443 }),
    );
    const ends = lasting.map(
      async (socket) =>
        new Promise((resolveEnd) => socket.on('error', () => undefined).once('close', resolveEnd)),
    );
    while (control.network.connections.entries().length < 4) {
      await new Promise((done) => setTimeout(done, 5));
    }
    await cloud.stop();
    await Promise.all(ends.filter((_, index) => index !== 1));
    lasting.forEach((socket) => socket.destroy());
    await Promise.all(ends);
    await new Promise(setImmediate);
    expect(open()).toEqual(before);
  });

  test('it cannot be had any more, and what was had leads nowhere', async () => {
    cloud = await startCloud();
    const place = await networkOf(cloud, 'public');
    await cloud.stop();
    await expect(cloud.network()).rejects.toThrow('has been stopped');
    expect(await resolve(place, 'iam.cloud.ibm.com')).toBe('ECONNREFUSED');
  });

  test('a cloud without a network opens nothing for it', async () => {
    const before = open();
    cloud = await startCloud();
    expect(open().filter((kind) => kind.startsWith('UDP'))).toEqual(
      before.filter((kind) => kind.startsWith('UDP')),
    );
  });
});

test('an unknown VPC is no place', async () => {
  cloud = await startCloud();
  await expect(networkOf(cloud, { vpc: 'r006-nobody' })).rejects.toThrow('has no r006-nobody');
});

test('the same place has the same description', async () => {
  cloud = await startCloud({ network: true });
  const network = await cloud.network();
  expect(await network.sideConfig('public')).toEqual(await network.sideConfig('public'));
});
