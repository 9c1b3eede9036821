/** EP11 endpoints over gRPC: whom a closed instance denies, and how (hpcs-network-policy §10.5, U25). */
import { once } from 'node:events';
import { connect as connectHttp2, type ClientHttp2Session } from 'node:http2';
import { connect as connectTls } from 'node:tls';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ep11EndpointsOf } from '../keys/hosts.ts';
import type { KeySide } from '../keys/model.ts';
import type { ServiceInstance } from '../resources/instances.ts';
import { startNetworkFixture, type NetworkFixture } from './fixture.ts';

let fixture: NetworkFixture;

beforeEach(async () => {
  fixture = await startNetworkFixture();
});

afterEach(async () => {
  await fixture.cloud.stop();
});

async function sessionAt(place: string, endpoint: string): Promise<ClientHttp2Session> {
  const { at, cloud } = fixture;
  const { hostname: host, port } = new URL(`https://${endpoint}`);
  const network = await at(place);
  const socket = connectTls({
    socket: network.dial({ host, port: port === '' ? 443 : Number(port) }),
    servername: host,
    ca: cloud.caPem,
    ALPNProtocols: ['h2'],
  });
  await once(socket, 'secureConnect');
  return connectHttp2(`https://${endpoint}`, { createConnection: () => socket });
}

/** gRPC status of a call at the EP11 endpoint of one side; what the connection came to when there is none. */
async function call(place: string, side: KeySide, instance: ServiceInstance): Promise<string> {
  const session = await sessionAt(place, ep11EndpointsOf(instance)?.[side] ?? '');
  session.on('error', () => undefined);
  const stream = session.request({
    ':method': 'POST',
    ':path': '/grep11.Crypto/GetMechanismList',
    'content-type': 'application/grpc',
    te: 'trailers',
  });
  try {
    return await new Promise<string>((resolve) => {
      stream.on('response', (headers) => resolve(String(headers['grpc-status'])));
      stream.on('error', ({ code = '' }: NodeJS.ErrnoException) => resolve(code));
      stream.on('close', () => resolve('closed'));
      stream.end();
    });
  } finally {
    session.destroy();
  }
}

const DENIED = '7';
/** Let in: there is nothing behind it here. */
const LET_IN = '12';

describe.each([
  ['by instance', () => fixture.cloud.control.seed.hpcsInstance({ name: 'hsm' })],
  ['by port', () => fixture.cloud.control.seed.hpcsInstance({ name: 'hsm', port: 9110 })],
])('an instance %s', (_name, seed) => {
  test('lets everybody in at either endpoint, and outside nobody any more once it is closed', async () => {
    const instance = seed();
    expect(await call('public', 'public', instance)).toBe(LET_IN);
    fixture.cloud.control.setAllowedNetwork(instance.crn, 'private-only');
    for (const place of ['public', 'classic', 'vpc-1']) {
      expect(await call(place, 'public', instance)).toBe(DENIED);
    }
    expect(await call('classic', 'private', instance)).toBe(LET_IN);
    expect(await call('vpc-1', 'private', instance)).toBe(LET_IN);
  });

  test('can cut whom it denies', async () => {
    const instance = seed();
    const { control } = fixture.cloud;
    control.settings.closedGrep11 = 'dropped';
    control.setAllowedNetwork(instance.crn, 'private-only');
    expect(['ECONNRESET', 'ERR_HTTP2_STREAM_CANCEL', 'closed']).toContain(
      await call('public', 'public', instance),
    );
    expect(await call('vpc-1', 'private', instance)).toBe(LET_IN);
  });
});

test('only EP11 endpoints speak HTTP/2', async () => {
  const { keys } = fixture.cloud.control.seed.hpcsInstance({ name: 'hsm' });
  await expect(sessionAt('public', keys?.endpoints.public ?? '')).rejects.toMatchObject({
    code: 'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL',
  });
});
