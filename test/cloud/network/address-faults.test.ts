/** Addresses at which connections go wrong, as a careful caller sees it. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Network } from '../../../src/lib/network.ts';
import type { AddressFaultKind } from './faults.ts';
import { probe, startNetworkFixture, type NetworkFixture } from './fixture.ts';

const IAM = 'private.iam.cloud.ibm.com';
const ADDRESS = '10.1.0.4';
/** Of what will not come about. */
const patienceMs = 300;

let fixture: NetworkFixture;
let place: Network;

beforeEach(async () => {
  fixture = await startNetworkFixture();
  fixture.seedGateway('vpc-1', 'iam');
  place = await fixture.at('vpc-1');
});

afterEach(async () => {
  await fixture.cloud.stop();
});

async function secure(
  more: { host?: string; servername?: string; patienceMs?: number } = {},
): Promise<string> {
  return probe(place, { host: ADDRESS, servername: IAM, ca: fixture.cloud.caPem, ...more });
}

describe('TLS', () => {
  test('holds for the name of the gateway, at each of its addresses and by its name', async () => {
    for (const host of [ADDRESS, '10.2.0.4', IAM]) {
      expect(await secure({ host })).toBe('secured');
    }
    expect(fixture.cloud.control.network.connections.entries()).toMatchObject(
      [ADDRESS, '10.2.0.4', ADDRESS].map((destination) => ({
        destination,
        outcome: expect.stringMatching(/^(handshake|secured)$/),
        servername: IAM,
        bytesReceived: 0,
        peer: expect.stringMatching(/^127\.254\.0\.2:\d+$/),
      })),
    );
  });

  test('does not hold for a name of another gateway', async () => {
    expect(await secure({ servername: 'private.us-south.kms.cloud.ibm.com' })).toBe(
      'ERR_TLS_CERT_ALTNAME_INVALID',
    );
  });

  test('says which address is at the other end, in the words of the cloud', async () => {
    const socket = place.dial({ host: IAM, port: 443 });
    expect(place.peerOf(socket)).toBeUndefined();
    await new Promise((resolve) => socket.once('connect', resolve));
    expect(place.peerOf(socket)).toBe(ADDRESS);
    socket.destroy();
  });
});

test('a caller that speaks no TLS is not understood', async () => {
  const { connections } = fixture.cloud.control.network;
  const socket = place.dial({ host: ADDRESS, port: 443 });
  socket.end('GET / HTTP/1.1\r\n\r\n').resume();
  await new Promise((resolve) => socket.once('close', resolve));
  expect(connections.entries()).toMatchObject([{ outcome: 'tls-failed', bytesReceived: 0 }]);
});

describe('a fault', () => {
  test.each<[AddressFaultKind, string, string]>([
    ['refused', 'ECONNREFUSED', 'refused'],
    ['blackhole', 'not connected', 'blackholed'],
    ['reset', 'ECONNRESET', 'reset'],
    ['wrongCertificate', 'ERR_TLS_CERT_ALTNAME_INVALID', 'handshake|secured'],
    ['untrusted', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'handshake|secured'],
    ['silent', 'not secured', 'silent'],
    ['plain', 'ERR_SSL_WRONG_VERSION_NUMBER', 'plain'],
  ])('%s: a caller sees %s', async (kind, seen, outcome) => {
    const { connections, addressFaults } = fixture.cloud.control.network;
    addressFaults.add({ kind, address: ADDRESS });
    const patience = seen.startsWith('not') ? { patienceMs } : {};
    expect(await secure(patience)).toBe(seen);
    expect(connections.entries()[0]).toMatchObject({
      fault: kind,
      outcome: expect.stringMatching(new RegExp(`^(${outcome})$`)),
      destination: ADDRESS,
    });
    expect(await secure({ host: '10.2.0.4' })).toBe('secured');
  });

  test('every second time', async () => {
    fixture.cloud.control.network.addressFaults.add({ kind: 'refused', address: ADDRESS, every: 2 });
    expect([await secure(), await secure(), await secure(), await secure()]).toEqual([
      'secured',
      'ECONNREFUSED',
      'secured',
      'ECONNREFUSED',
    ]);
  });

  test('of one port, for callers of one VPC, some times', async () => {
    const { cloud, at, vpc } = fixture;
    const { network } = cloud.control;
    network.addressFaults.add({
      kind: 'refused',
      address: ADDRESS,
      port: 8443,
      side: vpc('vpc-1'),
      count: 1,
    });
    network.addressFaults.add({ kind: 'refused', address: '198.51.100.251', side: vpc('vpc-1') });
    expect(await secure()).toBe('secured');
    expect(await probe(place, { host: ADDRESS, port: 8443 })).toBe('ECONNREFUSED');
    expect(await probe(place, { host: ADDRESS, port: 8443 })).toBe('connected');
    expect(await probe(place, { host: 'iam.cloud.ibm.com' })).toBe('ECONNREFUSED');
    expect(await probe(await at('vpc-2'), { host: 'iam.cloud.ibm.com' })).toBe('connected');
  });

  test('may be of a whole range, for callers from there alone', async () => {
    const { cloud, at, vpc } = fixture;
    const { addressFaults } = cloud.control.network;
    addressFaults.add({ kind: 'refused', address: '10.0.0.0/8', side: vpc('vpc-1') });
    expect(await secure()).toBe('ECONNREFUSED');
    expect(await probe(place, { host: 'iam.cloud.ibm.com' })).toBe('connected');
    addressFaults.clear();
    addressFaults.add({ kind: 'refused', address: '198.51.100.0/24', side: 'public' });
    expect(await probe(place, { host: 'iam.cloud.ibm.com' })).toBe('connected');
    expect(await probe(await at('public'), { host: 'iam.cloud.ibm.com' })).toBe('ECONNREFUSED');
  });

  test('is of addresses: anything else is refused at once', () => {
    const { addressFaults } = fixture.cloud.control.network;
    const add = (address: string): string => addressFaults.add({ kind: 'refused', address });
    for (const address of ['166.9.0.0/14', '10.1.0', 'private.iam.cloud.ibm.com']) {
      expect(() => add(address)).toThrow(`neither an address nor a CIDR block: ${address}`);
    }
    expect(addressFaults.list()).toEqual([]);
  });

  test('may be at an address that nobody has', async () => {
    const { addressFaults } = fixture.cloud.control.network;
    addressFaults.add({ kind: 'untrusted', address: '10.1.3.3' });
    expect(await secure({ host: '10.1.3.3' })).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
  });
});

test('silence notes what it was told', async () => {
  const { connections, addressFaults } = fixture.cloud.control.network;
  addressFaults.add({ kind: 'silent', address: ADDRESS });
  const socket = place.dial({ host: ADDRESS, port: 443 });
  socket.write('a probe says nothing');
  while ((connections.entries()[0]?.bytesReceived ?? 0) === 0) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  expect(connections.entries()).toMatchObject([{ outcome: 'silent', bytesReceived: 20 }]);
  socket.destroy();
});
