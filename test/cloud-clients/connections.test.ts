/** How connections are used: a server that drops idle ones must not cast doubt on a create. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { systemNetwork } from '../../src/lib/network.ts';
import { Accounts, type Session } from '../../src/cloud/accounts.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { createCertificates } from '../cloud/certificate.ts';
import { type Cloud, startCloud } from '../cloud/cloud.ts';
import { background, cloudErrorOf, endpointsOf, never, plenty, userAgent } from './open-account.ts';
import { type ScriptedServer, serveScript } from './scripted-server.ts';

let cloud: Cloud;
let server: ScriptedServer;

beforeAll(async () => {
  cloud = await startCloud();
});

afterAll(async () => {
  await cloud.stop();
});

afterEach(async () => {
  await server.stop();
});

/** A session whose VPC API is the script, over TLS, with a pool of connections. */
async function openSession(
  script: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<Session> {
  const { caPem, server: certificate } = await createCertificates();
  server = await serveScript(script, certificate);
  const { url } = server;
  const auth = { apiKeyFile: await cloud.apiKeyFile('default') };
  const accounts = new Accounts([{ name: 'default', auth, allowedNamespaces: [], budget: plenty }], {
    clock: systemClock,
    endpoints: { ...endpointsOf(cloud), vpc: () => url, iam: cloud.plainEndpoints.iam },
    network: systemNetwork,
    ca: [caPem],
    userAgent,
    timeoutMs: 20_000,
    onCall: () => undefined,
    signal: never,
  });
  return accounts.session('default', 'us-south', never);
}

const prototype = {
  name: 'a',
  vpc: { id: 'b' },
  target: { name: 'ibm-ntp-server', resource_type: 'provider_infrastructure_service' },
} as const;

const answer = (response: ServerResponse): void => {
  response
    .writeHead(200, { 'Content-Type': 'application/json' })
    .end('{"id": "a", "vpcs": [], "lifecycle_reasons": []}');
};

test('reads share a connection, every create has its own', async () => {
  const { vpc } = await openSession((_, response) => answer(response));
  for (let call = 0; call < 3; call += 1) {
    await vpc.listVpcs(background);
  }
  expect(server.connections).toBe(1);
  for (let call = 0; call < 3; call += 1) {
    await vpc.createGateway(prototype, Infinity, background);
  }
  expect(server.connections).toBe(4);
});

test('a server that ends a connection on its second request fails a read, never a create', async () => {
  const used = new WeakSet<Socket>();
  const { vpc } = await openSession(({ socket }, response) => {
    if (used.has(socket)) {
      socket.destroy();
    } else {
      used.add(socket);
      answer(response);
    }
  });
  await vpc.listVpcs(background);
  for (let call = 0; call < 3; call += 1) {
    expect(await vpc.createGateway(prototype, Infinity, background)).toMatchObject({ id: 'a' });
  }
  expect(await cloudErrorOf(vpc.listVpcs(background))).toMatchObject({
    reason: 'unavailable',
    message: 'list_vpcs: ECONNRESET',
  });
});

test('a certificate that nobody vouches for is refused before anything is sent', async () => {
  const seen: string[] = [];
  const { vpc } = await openSession(({ url = '' }, response) => {
    seen.push(url);
    answer(response);
  });
  await vpc.listVpcs(background);
  await server.stop();
  const { server: stranger } = await createCertificates();
  seen.length = 0;
  const port = Number(new URL(server.url).port);
  server = await serveScript(
    ({ url = '' }, response) => {
      seen.push(url);
      answer(response);
    },
    stranger,
    port,
  );
  const error = await cloudErrorOf(vpc.createGateway(prototype, Infinity, background));
  expect(error).toMatchObject({ reason: 'unavailable', maybeCommitted: false });
  expect(seen).toEqual([]);
});
