/**
 * Why a gateway is not Ready, as a user reads it with `kubectl`: reason, message, events and plan of one object each,
 * from the built operator. Whatever can be told without an API server has tables of its own (test/kinds).
 */
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';

import { connect, type CloudClient } from '../cloud/client.ts';
import { targetCrn } from '../cloud/fixture.ts';
import { firstStartMs } from '../cluster/control-plane.ts';
import { isReady, reasonOf } from '../harness/gateway-watch.ts';
import { freshTarget, gatewayManifest, type GatewayManifest, networkOf } from '../harness/gateways.ts';
import { startWorld, type World } from '../harness/world.ts';

jest.setTimeout(180_000);

type Spec = GatewayManifest['spec'];

let world: World;
let namespace: string;
let provider: CloudClient;

beforeAll(async () => {
  world = await startWorld({ contextRestricted: true });
  const { seed } = world.cloud.control;
  seed.vpc({ name: 'hub', enableHub: true });
  seed.account('partner');
  seed.vpc({ account: 'partner', name: 'offers' });
  provider = await connect(world.cloud, { account: 'partner' });
  await world.startOperator({ config: { changeBudget: { deletesPerHour: 1 } } });
  namespace = await world.namespace();
}, firstStartMs);

afterAll(async () => world.stop());

async function get(name: string, jsonpath: string): Promise<string> {
  return world.kubectl(['get', 'epg', '-n', namespace, name, '-o', `jsonpath=${jsonpath}`]);
}

/** A field of a condition, as a JSON path. */
const of = (type: string, field: string): string => `{.status.conditions[?(@.type=="${type}")]${field}}`;

/** `Stalled or Reconciling, reason: message` of Ready, without IBM's trace, which is new each time. */
async function shown(name: string): Promise<string> {
  const beside = `${of('Reconciling', '.type')}${of('Stalled', '.type')}`;
  const words = await get(name, `${beside}, ${of('Ready', '.reason')}: ${of('Ready', '.message')}`);
  return words.replace(/ \(trace [^)]*\)$/, '');
}

async function make(name: string, spec: Spec): Promise<string> {
  return world.apply(namespace, gatewayManifest(name, spec));
}

async function untilSays(key: string, reason: string): Promise<void> {
  await world.watch.until(key, `says ${reason}`, (object) => reasonOf(object) === reason);
}

/** In the order in which the operator told them. */
async function eventsOf(name: string): Promise<readonly string[]> {
  const selector = `--field-selector=involvedObject.name=${name}`;
  const list = await world.kubectl(['get', 'events', '-n', namespace, selector, '-o', 'json']);
  const { items } = JSON.parse(list) as { items: readonly Record<'eventTime' | 'type' | 'reason', string>[] };
  return items
    .toSorted((a, b) => (a.eventTime < b.eventTime ? -1 : 1))
    .map(({ type, reason }) => `${type} ${reason}`);
}

const bucket =
  'crn:v1:bluemix:public:cloud-object-storage:global:a/0123456789abcdef0123456789abcdef:66666666-6666-4666-8666-666666666666:bucket:invoices';

/** Of the account that shares nothing. */
function foreignInstance(): string {
  return world.cloud.control.seed.serviceInstance({
    account: 'partner',
    name: 'events',
    service: 'messagehub',
  }).crn;
}

const accountId = (name: string): string => world.cloud.control.account(name).id;

test.each<[reason: string, spec: () => Spec, message: () => string]>([
  [
    'AuthorizationMissing',
    () => ({ target: { crn: foreignInstance() } }),
    () => {
      const [instance] = foreignInstance().split(':').slice(7);
      return `The target belongs to account ${accountId('partner')}, which has to let gateways of account ${accountId('default')} lead there: its owner runs \`ibmcloud iam authorization-policy-create is messagehub Viewer --source-service-account ${accountId('default')} --source-resource-type endpoint-gateway --target-service-instance-id ${instance}\``;
    },
  ],
  [
    'SecurityGroupNotFound',
    () => ({ securityGroups: [{ name: 'vpc-1-wep' }] }),
    () => 'No security group vpc-1-wep in VPC vpc-1; nearest: vpc-1-web',
  ],
  [
    'DNSConflict',
    () => ({ vpc: { name: 'hub' }, dnsResolutionBindingMode: 'Disabled' }),
    () =>
      'VPC hub is a DNS hub, where every gateway is Primary: set dnsResolutionBindingMode to Primary, or leave it out',
  ],
  [
    'AccessTagNotFound',
    () => ({ accessTags: ['env:nowhere'] }),
    () =>
      'Access management tags have to exist before they are attached; somebody who may do so runs `ibmcloud resource tag-create --tag-names "env:nowhere"`',
  ],
  [
    'ResourceBindingDenied',
    () => ({
      target: { crn: targetCrn('object-storage') },
      dnsResolutionBindingMode: 'Disabled',
      resourceBindings: [{ crn: bucket }],
    }),
    () =>
      `Binding ${bucket} is denied, most likely by a context-based restriction that does not admit VPC vpc-1: add the VPC to a network zone of the rule, which takes up to ten minutes; without such a rule, a role on the resource is missing`,
  ],
])('%s says what is to be done', async (reason, specOf, message) => {
  const name = reason.toLowerCase();
  await untilSays(await make(name, specOf()), reason);

  expect(await shown(name)).toContain(`${reason}: ${message()}`);
});

test('ReferenceAmbiguous names all that may be meant', async () => {
  const { seed } = world.cloud.control;
  const subnets = networkOf(world.cloud).subnets[1];
  subnets.forEach((subnet) => seed.reservedIP({ subnet, name: 'twice' }));
  const key = await make('ambiguous', { ips: [{ reservedIP: { name: 'twice' } }] });
  await untilSays(key, 'ReferenceAmbiguous');

  expect(await shown('ambiguous')).toMatch(
    /^Stalled, ReferenceAmbiguous: 2 reserved IPs of VPC vpc-1 are named twice, in subnets vpc-1-zone-1-[ab], vpc-1-zone-1-[ab]: set reservedIP\.subnet$/,
  );
});

/** Has the object ask for access to an offer, and the provider decide. */
async function decide(name: string, verdict: 'permit' | 'deny'): Promise<string> {
  const offer = world.cloud.control.seed.privatePath({
    account: 'partner',
    vpc: 'offers',
    name,
    serviceEndpoints: [`${name}.partner.example`],
    published: true,
    defaultAccessPolicy: 'review',
  });
  const key = await make(name, { target: { privatePathServiceGateway: { crn: offer.crn } } });
  await untilSays(key, 'AwaitingAcceptance');
  const path = `/private_path_service_gateways/${offer.id}/endpoint_gateway_bindings`;
  const { body } = await provider.vpc('GET', path);
  const [request] = body.endpoint_gateway_bindings as readonly { readonly id: string }[];
  const { status } = await provider.vpc('POST', `${path}/${request?.id}/${verdict}`, { body: {} });
  expect(status).toBe(204);
  return key;
}

describe('what a Private Path provider decides', () => {
  test('a denial is told, and an event beside the one of the request', async () => {
    await untilSays(await decide('denied', 'deny'), 'AccessDeniedByProvider');

    expect(await shown('denied')).toContain(
      'Stalled, AccessDeniedByProvider: The provider of the Private Path service denied the request for access, or took back what it had permitted. This gateway cannot ask again: agree with the provider, then delete this object and create it again, which makes a new request.',
    );
    expect(await eventsOf('denied')).toEqual([
      'Normal Creating',
      'Normal AccessRequested',
      'Warning AccessDeniedByProvider',
    ]);
  });

  test('a permit is an event, and leads to Ready', async () => {
    await world.watch.until(await decide('permitted', 'permit'), 'is Ready', isReady);

    expect(await eventsOf('permitted')).toEqual([
      'Normal Creating',
      'Normal AccessRequested',
      'Normal AccessPermitted',
      'Normal Succeeded',
    ]);
  });
});

test('an address that stays when it is unbound is listed', async () => {
  const [subnet] = networkOf(world.cloud).subnets[1];
  const key = await make('keeps', { ips: [{ subnet: { id: subnet }, name: 'kept', autoDelete: false }] });
  const { spec } = await world.watch.until(key, 'is Ready', isReady);
  await make('keeps', { ...spec, ips: [{ subnet: { id: networkOf(world.cloud).subnets[2][0] } }] });
  await world.watch.until(
    key,
    'has let it go',
    (object) => isReady(object) && object.status?.keptIPs !== undefined,
  );

  expect(await get('keeps', '{.status.keptIPs[*].name} {.status.keptIPs[*].subnet}')).toBe(`kept ${subnet}`);
  expect(await get('keeps', '{.status.ips[*].zone}')).toBe('us-south-2');
});

test('what cannot be taken back is marked in the plan, before it is done', async () => {
  const { crn } = freshTarget();
  const { vpcId, securityGroups } = networkOf(world.cloud, 'vpc-2');
  world.cloud.control.seed.endpointGateway({
    legacy: true,
    prototype: {
      name: 'legacy',
      vpc: { id: vpcId },
      target: { resource_type: 'provider_cloud_service', crn },
    },
  });
  const spec: Spec = { vpc: { id: vpcId }, target: { crn }, name: 'legacy', managementPolicy: 'Observe' };
  await untilSays(await make('legacy', { ...spec, securityGroups: [{ id: securityGroups[0] }] }), 'Differs');

  expect(JSON.parse(await get('legacy', '{.status.plan}'))).toEqual({
    total: 1,
    actions: [
      {
        action: `attach security group ${securityGroups[0]}, the first one: the gateway then always needs one`,
        irreversible: true,
      },
    ],
  });
});

test('BudgetExceeded says how much of the hour is used, and the gateway stays', async () => {
  const names = ['one', 'two'];
  const keys = await Promise.all(names.map(async (name) => make(name, {})));
  await Promise.all(keys.map(async (key) => world.watch.until(key, 'is Ready', isReady)));
  await world.kubectl(['delete', '-n', namespace, 'epg', 'one', '--timeout=60s']);
  await world.kubectl(['delete', '-n', namespace, 'epg', 'two', '--wait=false']);
  await untilSays(`${namespace}/two`, 'BudgetExceeded');

  expect(await shown('two')).toMatch(
    /^Stalled, BudgetExceeded: not yet: delete gateway \S+; 1 deletions in the last hour and 0 waiting before this one, of at most 1 an hour \(changeBudget\.deletesPerHour\); next possible at \d{4}-\d\d-\d\dT\d\d:\d\dZ$/,
  );
  expect(world.cloud.control.leftovers().gateways.map(({ id }) => id)).toContain(
    await get('two', '{.status.id}'),
  );
});
