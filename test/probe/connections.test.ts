/** Against real servers of this machine; what this machine cannot be made to do is scripted. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { generate } from 'selfsigned';
import { trusting } from '../../src/lib/connecting.ts';
import { openConnection } from '../../src/probe/connections.ts';
import type { ConnectionFailure } from '../../src/lib/connecting.ts';
import { type Certificates, createCertificates } from '../cloud/certificate.ts';
import { settle } from '../lib/fake-clock.ts';
import { until } from '../lib/until.ts';

const never = new AbortController().signal;
const reason = new Error('forgotten');
const servername = 'localhost';
let certificates: Certificates;
let trust: ReturnType<typeof trusting>;
let servers: Server[];
let dialled: Socket[];

beforeAll(async () => {
  certificates = await createCertificates();
  trust = trusting([certificates.caPem]);
});

beforeEach(() => {
  servers = [];
  dialled = [];
});

afterEach(async () => {
  servers.forEach((server) => server.close());
  expectAllDestroyed();
  for (const server of servers) {
    await until(async () => (await connectionsOf(server)) === 0, { what: 'the server sees them all end' });
  }
});

function expectAllDestroyed(): void {
  expect(dialled.filter((socket) => !socket.destroyed)).toEqual([]);
}

async function connectionsOf(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.getConnections((error, count) => (error === null ? resolve(count) : reject(error)));
  });
}

async function listen(server: Server): Promise<number> {
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** A server that reads every connection, so that it sees its end, and does this with it. */
const serve = async (onConnection: (socket: Socket) => void): Promise<number> =>
  listen(
    createServer((socket) => {
      socket.on('error', () => undefined);
      socket.resume();
      onConnection(socket);
    }),
  );

/** What every TLS client that came in has said after its handshake. */
async function serveTls(options: TlsOptions): Promise<{ port: number; said: Buffer[] }> {
  const said: Buffer[] = [];
  const server = createTlsServer(options, (socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (data) => said.push(data));
  });
  return { port: await listen(server), said };
}

const dialWith = (make: (port: number) => Socket) => ({
  dial: ({ port }: { readonly port: number }) => {
    const socket = make(port);
    dialled.push(socket);
    return socket;
  },
});
const network = dialWith((port) => connect(port, '127.0.0.1'));

/** Fails as the system would. */
const failing = (code: string) =>
  dialWith((port) => {
    const socket = new Socket();
    socket.destroy(Object.assign(new Error(`connect ${code} 10.0.0.4:${port}`), { code }));
    return socket;
  });

const subject = { address: '127.0.0.1', port: 443 };
const plenty = { timeoutMs: 20_000 };
const failure = (kind: ConnectionFailure['kind'], detail: string): ConnectionFailure => ({ kind, detail });

describe('TCP', () => {
  test('is proven by a connection, on which nothing is said', async () => {
    const said: Buffer[] = [];
    const port = await serve((socket) => socket.on('data', (data) => said.push(data)));
    expect(await openConnection({ ...subject, port }, { network, ...plenty }, never)).toEqual({
      ...subject,
      port,
    });
    expect(said).toEqual([]);
  });

  test('refused', async () => {
    const port = await serve(() => undefined);
    await new Promise((resolve) => void servers.pop()?.close(resolve));
    const result = await openConnection({ ...subject, port }, { network, ...plenty }, never);
    expect(result.failure).toEqual(failure('refused', `connect ECONNREFUSED 127.0.0.1:${port}`));
  });

  test('no answer', async () => {
    const opening = { network: dialWith(() => new Socket()), timeoutMs: 50 };
    const result = await openConnection(subject, opening, never);
    expect(result).toEqual({ ...subject, failure: failure('timeout', 'no connection within 50 ms') });
  });

  test.each<[string, ConnectionFailure['kind']]>([
    ['ETIMEDOUT', 'timeout'],
    ['EHOSTUNREACH', 'unreachable'],
    ['ENETUNREACH', 'unreachable'],
    ['EPERM', 'unreachable'],
    ['ECONNRESET', 'closed'],
  ])('%s is %s', async (code, kind) => {
    const result = await openConnection(subject, { network: failing(code), ...plenty }, never);
    expect(result.failure).toEqual(failure(kind, `connect ${code} 10.0.0.4:443`));
  });

  test.each(['EMFILE', 'EADDRNOTAVAIL'])('%s says nothing about the way', async (code) => {
    const work = openConnection(subject, { network: failing(code), ...plenty }, never);
    await expect(work).rejects.toMatchObject({ code });
  });
});

const open = async (port: number, opening: { timeoutMs: number; trust?: typeof trust }, name = servername) =>
  openConnection({ ...subject, port, servername: name }, { network, ...opening }, never);

describe('TLS', () => {
  test('is proven by a certificate that holds, and nothing is said', async () => {
    const { port, said } = await serveTls(certificates.server);
    expect(await open(port, { ...plenty, trust })).toEqual({ ...subject, port, servername });
    expect(said).toEqual([]);
  });

  test('with a certificate for another name', async () => {
    const { port } = await serveTls(certificates.server);
    const result = await open(port, { ...plenty, trust }, 'elsewhere.example');
    const detail = expect.stringContaining("elsewhere.example. is not in the cert's altnames: ");
    expect(result.failure).toEqual({ kind: 'certificate', detail });
  });

  test('with a certificate of an authority that nobody trusts', async () => {
    const { port } = await serveTls(certificates.server);
    expect(await open(port, plenty)).toMatchObject({
      failure: { kind: 'certificate', detail: expect.stringContaining('unable to verify') },
    });
  });

  test('with a certificate that has expired', async () => {
    const notBeforeDate = new Date('2020-01-01');
    const notAfterDate = new Date('2021-01-01');
    const old = await generate([{ name: 'commonName', value: servername }], { notBeforeDate, notAfterDate });
    const { port } = await serveTls({ key: old.private, cert: old.cert });
    const result = await open(port, { ...plenty, trust: trusting([old.cert]) });
    expect(result.failure).toEqual(failure('certificate', 'certificate has expired'));
  });

  test('open, and then nothing is said', async () => {
    const port = await serve(() => undefined);
    expect(await open(port, { timeoutMs: 100 })).toMatchObject({
      failure: failure('silent', 'no TLS handshake within 100 ms'),
    });
  });

  test.each<[string, (socket: Socket) => void]>([
    ['ended', (socket) => void socket.once('data', () => socket.end())],
    ['reset', (socket) => void socket.once('data', () => socket.resetAndDestroy())],
  ])('open, and then it is %s', async (_, act) => {
    const port = await serve(act);
    expect(await open(port, plenty)).toMatchObject({
      failure: { kind: 'closed', detail: expect.any(String) },
    });
  });

  test('something else is said', async () => {
    const port = await serve((socket) => void socket.once('data', () => socket.end('HTTP/1.1 400\r\n\r\n')));
    const result = await open(port, plenty);
    expect(result.failure).toEqual(failure('tls', expect.stringMatching(/^[\w ]+$/) as unknown as string));
  });

  test('no version in common', async () => {
    const { port } = await serveTls({ ...certificates.server, maxVersion: 'TLSv1.1', minVersion: 'TLSv1' });
    const result = await open(port, { ...plenty, trust });
    expect(result.failure).toEqual(failure('tls', expect.stringMatching(/^[\w ]+$/) as unknown as string));
  });
});

describe('can be given up', () => {
  test('before', async () => {
    const work = openConnection(subject, { network, ...plenty }, AbortSignal.abort(reason));
    await expect(work).rejects.toBe(reason);
    expect(dialled).toEqual([]);
  });

  test('while it is dialled', async () => {
    const stop = new AbortController();
    const opening = { network: dialWith(() => new Socket()), ...plenty };
    const work = openConnection(subject, opening, stop.signal);
    stop.abort(reason);
    await expect(work).rejects.toBe(reason);
  });

  test('as it fails', async () => {
    const stop = new AbortController();
    const work = openConnection(subject, { network: failing('ECONNREFUSED'), ...plenty }, stop.signal);
    // The system's error is on its way, and nobody waits for it any more.
    stop.abort(reason);
    await expect(work).rejects.toBe(reason);
    await settle();
  });

  test('during the handshake', async () => {
    const stop = new AbortController();
    const hello = Promise.withResolvers<unknown>();
    const port = await serve((socket) => void socket.once('data', hello.resolve));
    const work = openConnection({ ...subject, port, servername }, { network, ...plenty }, stop.signal);
    await hello.promise;
    stop.abort(reason);
    await expect(work).rejects.toBe(reason);
  });
});
