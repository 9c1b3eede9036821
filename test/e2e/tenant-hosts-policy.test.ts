/**
 * The same as tenant-hosts.test.ts for HpcsNetworkPolicy: a tenant directs no token to a host of the tenant's choice,
 * through no text of the spec nor of the status, although the operator's configuration trusts that host.
 */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { stringify } from 'yaml';

import { parseCrd, type Schema } from '../../src/codegen/crd.ts';
import { findCondition } from '../../src/controller/conditions.ts';
import type { PolicyResource } from '../../src/kinds/hpcs-network-policy/observed.ts';
import { hpcsNetworkPolicyType } from '../../src/kinds/hpcs-network-policy/types.gen.ts';
import type { ServiceInstance } from '../cloud/resources/instances.ts';
import { firstStartMs } from '../cluster/control-plane.ts';
import { isReady } from '../harness/gateway-watch.ts';
import { gatewayManifest, networkOf } from '../harness/gateways.ts';
import type { OperatorProcess } from '../harness/operator-process.ts';
import { startWorld, type World } from '../harness/world.ts';
import { repositoryPath } from '../lib/repository.ts';
import { until } from '../lib/until.ts';

jest.setTimeout(180_000);

let world: World;
let namespace: string;
let server: Server;
/** With its port. */
let host: string;
let visits = 0;
let instance: ServiceInstance;
let operator: OperatorProcess;

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
  instance = world.cloud.control.seed.hpcsInstance({ name: 'hsm' });
  operator = await startOperator();
}, firstStartMs);

async function startOperator(): Promise<OperatorProcess> {
  return world.startOperator({ side: { vpc: networkOf(world.cloud).vpcId } });
}

afterAll(async () => {
  const closed = once(server, 'close');
  server.close();
  await closed;
  await world.stop();
});

type Spec = Readonly<Record<string, unknown>>;

/** Applies an object that would have the instance closed, but for these fields. */
async function apply(name: string, spec: Spec): Promise<void> {
  const { group, version, kind } = hpcsNetworkPolicyType;
  const manifest = {
    apiVersion: `${group}/${version}`,
    kind,
    metadata: { name },
    spec: {
      instance: { crn: instance.crn },
      allowedNetwork: 'PrivateOnly',
      initializationAsserted: true,
      ...spec,
      lockoutGuard: {
        acknowledgedInstance: instance.guid,
        window: '2s',
        ...(spec['lockoutGuard'] as object),
      },
    },
  };
  await world.kubectl(['apply', '-n', namespace, '-f', '-'], { input: stringify(manifest) });
}

async function untilSaid(name: string, reason: string): Promise<PolicyResource> {
  return until(
    async () => {
      const answer = await world.kubectl(['get', 'hnp', '-n', namespace, name, '-o', 'json']);
      const object = JSON.parse(answer) as PolicyResource;
      return findCondition(object.status?.conditions, 'Ready')?.reason === reason && object;
    },
    { what: `${name} says ${reason}`, deadlineMs: 60_000, everyMs: 200 },
  );
}

/** Calls of the operator to the cloud since then; its token service apart, which it need not ask each time. */
function callsSince(after: number): number {
  return world.cloud.control.requestLog
    .entries({ after })
    .filter(({ service, userAgent }) => service !== 'iam' && userAgent?.startsWith('vpe-operator/') === true)
    .length;
}

const guid = '8a1f0c2e-5b7d-4e36-9a44-0d6f1b2c3e55';
const account = '0123456789abcdef0123456789abcdef';
const crnWith = ({ region = 'us-south', service = 'hs-crypto', id = guid }): { readonly crn: string } => ({
  crn: `crn:v1:bluemix:public:${service}:${region}:a/${account}:${id}::`,
});

const refused: readonly (readonly [field: string, spec: (url: string) => Spec, complaint: RegExp])[] = [
  ['account', (url) => ({ account: url }), /spec\.account: /],
  ['instance.crn', (url) => ({ instance: { crn: url } }), /spec\.instance\.crn: .*must be the CRN of an/],
  ['instance.crn, as the id', () => ({ instance: crnWith({ id: host }) }), /spec\.instance\.crn: /],
  ['instance.crn, as the region', () => ({ instance: crnWith({ region: host }) }), /spec\.instance\.crn: /],
  ['instance.crn, as the service', () => ({ instance: crnWith({ service: host }) }), /spec\.instance\.crn: /],
  [
    'instance.crn, behind it',
    () => ({ instance: { crn: `${crnWith({}).crn}endpoint:${host}` } }),
    /spec\.instance\.crn: /,
  ],
  ['instance.id', () => ({ instance: { id: host, region: 'us-south' } }), /spec\.instance\.id: .*must be an/],
  [
    'instance.region',
    () => ({ instance: { id: guid, region: host } }),
    /spec\.instance\.region: .*must be a/,
  ],
  ['allowedNetwork', (url) => ({ allowedNetwork: url }), /spec\.allowedNetwork: Unsupported value/],
  [
    'lockoutGuard.acknowledgedInstance',
    () => ({ lockoutGuard: { acknowledgedInstance: host } }),
    /acknowledgedInstance is not the id/,
  ],
  ['lockoutGuard.window', () => ({ lockoutGuard: { window: '1.2.3.4' } }), /lockoutGuard\.window: /],
  ['lockoutGuard.verifyTimeout', () => ({ lockoutGuard: { verifyTimeout: '1.2.3.4' } }), /\.verifyTimeout: /],
  ['driftPolicy', (url) => ({ driftPolicy: url }), /spec\.driftPolicy: Unsupported value/],
  ['deletionPolicy', (url) => ({ deletionPolicy: url }), /spec\.deletionPolicy: Unsupported value/],
  ['managementPolicy', (url) => ({ managementPolicy: url }), /spec\.managementPolicy: Unsupported value/],
];

const named: readonly (readonly [
  name: string,
  field: string,
  spec: (url: string) => Spec,
  reason: string,
])[] = [
  [
    'gateway',
    'lockoutGuard.endpointGatewayRef.name',
    (url) => ({ lockoutGuard: { endpointGatewayRef: { name: url } } }),
    'GatewayNotFound',
  ],
  [
    'cloud',
    'instance.crn, as the cloud',
    () => ({ instance: { crn: instance.crn.replace('bluemix', `${host.replace(':', '/')}?`) } }),
    'InstanceNotFound',
  ],
  [
    'kind-of-cloud',
    'instance.crn, as the kind of the cloud',
    () => ({ instance: { crn: instance.crn.replace('public', `..%2F@${host.split(':')[0] ?? ''}#`) } }),
    'InstanceNotFound',
  ],
];

describe('a host in the spec', () => {
  test.each(refused)('%s is refused by the API server', async (_, specOf, complaint) => {
    await expect(apply('refused', specOf(`http://${host}`))).rejects.toThrow(complaint);
  });

  test.each(named)('as %s (%s) is taken for a name, and not called', async (name, _, specOf, reason) => {
    const before = world.cloud.control.requestLog.lastSequence;
    await apply(name, specOf(`http://${host}`));
    await untilSaid(name, reason);
    expect(callsSince(before)).toBeGreaterThan(0);
    expect(visits).toBe(0);
    // It would be the older one of the next.
    await world.kubectl(['delete', 'hnp', '-n', namespace, name]);
  });

  test('was tried in every field that takes text', () => {
    const tried = [...refused.map(([field]) => field), ...named.map(([, field]) => field)];
    const fields = new Set(tried.map((field) => field.split(',')[0]));
    const texts = [...textsIn(schemaOf('spec'))].map(([path]) => path.join('.'));
    expect(fields).toEqual(new Set(texts));
  });
});

function schemaOf(part: 'spec' | 'status'): Schema {
  const { plural, kind } = hpcsNetworkPolicyType;
  const { schema } = parseCrd(readFileSync(repositoryPath('crds', `${plural}.yaml`), 'utf8'), kind);
  return schema.properties?.[part] ?? {};
}

/** Every field below that takes text. */
function* textsIn(
  { type, properties = {}, items = {} }: Schema,
  path: readonly string[] = [],
): Generator<readonly [path: readonly string[]]> {
  if (type === 'string') {
    yield [path];
  }
  for (const [name, field] of Object.entries(properties)) {
    yield* textsIn(field, [...path, name]);
  }
  yield* items.type === undefined ? [] : textsIn(items, path);
}

/** A value that the schema takes, with the text wherever any will do; conditions apart, which say what is so. */
function filled({ type, enum: values, format, properties = {}, items = {} }: Schema, text: string): unknown {
  switch (type) {
    case 'object': {
      const fields = Object.entries(properties).filter(([name]) => name !== 'conditions');
      return Object.fromEntries(fields.map(([name, field]) => [name, filled(field, text)]));
    }
    case 'array':
      return [filled(items, text)];
    case 'string':
      return values?.at(-1) ?? (format === 'date-time' ? '2026-01-01T00:00:00Z' : text);
    case 'boolean':
      return true;
    default:
      return 1;
  }
}

async function forge(name: string, text: string): Promise<unknown> {
  const { accountID: _, region: __, ...forged } = filled(schemaOf('status'), text) as Spec;
  const status = { ...forged, access: 'PrivateOnly' };
  const patch = ['--subresource=status', '--type=merge', '-p', JSON.stringify({ status }), '-o', 'json'];
  return JSON.parse(await world.kubectl(['patch', 'hnp', '-n', namespace, name, ...patch])) as unknown;
}

async function reconcile(name: string, value: string): Promise<void> {
  const at = `vpe-operator.io/reconcile-at=${value}`;
  await world.kubectl(['annotate', 'hnp', '-n', namespace, name, '--overwrite', at]);
}

const byId = (): Spec => ({ instance: { id: instance.guid, region: 'us-south' } });

describe('a host in the status, which a tenant may be able to write', () => {
  /** By an id alone nothing but the status tells the service while Resource Controller does not. */
  beforeAll(async () => {
    await apply('forged', byId());
    await untilSaid('forged', 'Succeeded');
  });

  test('is not called, with Resource Controller there or not', async () => {
    const { faults, requestLog } = world.cloud.control;
    const before = requestLog.lastSequence;
    // Another process remembers no endpoint.
    await operator.stop();
    const fault = faults.add({ operation: 'get_resource_instance', when: 'before', status: 500 });
    const url = `http://${host}`;
    expect(await forge('forged', url)).toMatchObject({
      status: { endpoints: { private: { url }, public: { url } }, instance: { crn: url, service: url } },
    });
    operator = await startOperator();
    await untilSaid('forged', 'ChangeUnconfirmed');
    faults.clear(fault);
    // A change that was never made is taken back like one that was, and what it names is not sent.
    await reconcile('forged', 'seeing');
    const { status } = await untilSaid('forged', 'Succeeded');
    expect(status).toMatchObject({
      instance: { id: instance.guid, crn: instance.crn, service: 'hs-crypto' },
      endpoints: { private: { url: `https://${instance.keys?.endpoints.private}` } },
    });
    const { versions } = instance.keys?.policies.get('allowedNetwork') ?? {};
    expect(versions?.map(({ attributes }) => attributes?.['allowed_network'])).toEqual([
      'private-only',
      'public-and-private',
      'private-only',
    ]);
    expect(callsSince(before)).toBeGreaterThan(0);
    expect(visits).toBe(0);
  });

  test('that is no host at all is nobody else’s trouble', async () => {
    // So that it stays as it is.
    await apply('forged', { ...byId(), suspend: true });
    await untilSaid('forged', 'Paused');
    await forge('forged', 'nonsense');
    const key = await world.apply(namespace, gatewayManifest('neighbour'));
    await world.watch.until(key, 'is Ready', isReady);
    await world.kubectl(['delete', 'epg', '-n', namespace, 'neighbour']);
    const { status } = await untilSaid('forged', 'Paused');
    expect(status).toMatchObject({ endpoints: { private: { url: 'nonsense' } } });
    expect(visits).toBe(0);
  });
});
