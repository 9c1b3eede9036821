/**
 * What a tenant cannot do, tried at the API server as a tenant would, with the simulated cloud's log as witness: use an
 * account that is not open to the namespace, touch a VPC outside the list, create, adopt or delete where the account
 * forbids it, and take over what another namespace owns. `tenant-hosts.test.ts` is about where tokens go.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';

import type { EndpointGateway } from '../cloud/vpc/model.ts';
import { byIdOrName } from '../cloud/seed.ts';
import { firstStartMs } from '../cluster/control-plane.ts';
import { isReady, isStalled, messageOf, reasonOf } from '../harness/gateway-watch.ts';
import { freshTarget, gatewayManifest, type GatewayManifest } from '../harness/gateways.ts';
import { startWorld, type World } from '../harness/world.ts';

jest.setTimeout(180_000);

let world: World;
/** Of the tenant whom the accounts are open to, and of another one. */
let namespace: string;
let elsewhere: string;
let mark: number;

beforeAll(async () => {
  world = await startWorld();
  namespace = await world.namespace();
  elsewhere = await world.namespace();
  const account = {
    auth: { apiKeyFile: world.apiKeyFile },
    allowedNamespaces: [namespace],
    budget: { callsPerSecond: 200, burst: 400 },
  };
  const { vpcs } = area();
  const allowedVPCs = ['vpc-1', byIdOrName(vpcs, 'vpc-2').id, byIdOrName(vpcs, 'vpc-3').crn];
  await world.startOperator({
    config: {
      accounts: [
        { ...account, name: 'default', allowedVPCs },
        { ...account, name: 'no-create', allowedVerbs: ['adopt', 'delete'] },
        { ...account, name: 'no-adopt', allowedVerbs: ['create', 'delete'] },
        { ...account, name: 'no-delete', allowedVerbs: ['create', 'adopt'] },
        { ...account, name: 'shared', allowedNamespaces: [namespace, elsewhere] },
      ],
    },
  });
}, firstStartMs);

beforeEach(() => {
  mark = world.cloud.control.requestLog.lastSequence;
});

afterAll(async () => world.stop());

function area(): ReturnType<World['cloud']['control']['area']> {
  return world.cloud.control.area('default', 'us-south');
}

/** What the operator has tried to change in the cloud since the test began. */
function writes(): readonly string[] {
  return world.cloud.control.requestLog
    .entries({ after: mark })
    .filter(({ service, method }) => service !== 'iam' && service !== 'metadata' && method !== 'GET')
    .filter(({ operation }) => operation !== 'search')
    .map(({ operation, method, path }) => operation ?? `${method} ${path}`);
}

let lastTry = 0;

/** Waits for the refusal, has it tried once more, and returns what the tenant reads. */
async function refusalOf(key: string): Promise<string> {
  await world.watch.until(key, 'is refused', isRefused);
  lastTry += 1;
  const [place = '', name = ''] = key.split('/');
  const again = `vpe-operator.io/reconcile-at=${lastTry}`;
  await world.kubectl(['annotate', '-n', place, 'epg', name, again, '--overwrite']);
  const refused = await world.watch.until(
    key,
    'is refused again',
    (object) => object.status?.lastHandledReconcileAt === String(lastTry) && isRefused(object),
  );
  return messageOf(refused) ?? '';
}

function isRefused(object: Parameters<typeof isStalled>[0]): boolean {
  return isStalled(object) && reasonOf(object) === 'NotAllowed';
}

test('an account is not used for a namespace that it does not allow', async () => {
  const manifest = gatewayManifest('stranger');
  const key = await world.apply(elsewhere, manifest);

  expect(await refusalOf(key)).toBe(
    `account default is not open to namespace ${elsewhere}; its owner can add the namespace to allowedNamespaces`,
  );
  expect(world.cloud.control.requestLog.entries({ after: mark })).toEqual([]);
});

test('an account that the configuration does not name is not used', async () => {
  const key = await world.apply(namespace, gatewayManifest('nobody', { account: 'nobody' }));

  expect(await refusalOf(key)).toBe("the operator's configuration has no account named nobody");
  expect(world.cloud.control.requestLog.entries({ after: mark })).toEqual([]);
});

describe('a VPC', () => {
  test.each(['name', 'id', 'crn'] as const)(
    'outside the list is not touched, given by its %s',
    async (form) => {
      const outside = byIdOrName(area().vpcs, 'vpc-4');
      const manifest = gatewayManifest(`outside-${form}`, { vpc: { [form]: outside[form] } });
      const key = await world.apply(namespace, manifest);

      expect(await refusalOf(key)).toContain('allowedVPCs');
      expect(writes()).toEqual([]);
      expect(outside.gateways.size).toBe(0);
    },
  );

  test.each([
    ['name', 'vpc-1'],
    ['id', 'vpc-2'],
    ['CRN', 'vpc-3'],
  ])('in the list by its %s is used', async (form, name) => {
    const manifest = gatewayManifest(`inside-${form.toLowerCase()}`, { vpc: { name } });
    const key = await world.apply(namespace, manifest);
    await world.watch.until(key, 'is Ready', isReady);
    expect(byIdOrName(area().vpcs, name).gateways.size).toBe(1);
  });
});

/** A gateway that somebody else made. */
function foreignGateway(manifest: GatewayManifest): EndpointGateway {
  const { id } = byIdOrName(area().vpcs, 'vpc-1');
  const { crn = '' } = manifest.spec.target ?? {};
  return world.cloud.control.seed.endpointGateway({
    prototype: {
      vpc: { id },
      name: manifest.metadata.name,
      target: { resource_type: 'provider_cloud_service', crn },
    },
  });
}

describe('an account that forbids', () => {
  test('create: nothing is made', async () => {
    const key = await world.apply(namespace, gatewayManifest('made', { account: 'no-create' }));

    expect(await refusalOf(key)).toContain('account no-create does not allow create');
    expect(writes()).toEqual([]);
  });

  test('adopt: a gateway of somebody else stays theirs', async () => {
    const manifest = gatewayManifest('adopted', { account: 'no-adopt', adoptionPolicy: 'Required' });
    const gateway = foreignGateway(manifest);
    const key = await world.apply(namespace, manifest);

    expect(await refusalOf(key)).toContain('account no-adopt does not allow adopt');
    expect(writes()).toEqual([]);
    expect(world.cloud.control.leftovers().tags.map(({ crn }) => crn)).not.toContain(gateway.crn);
  });

  test('adopt, but not create: what is asked for new is made', async () => {
    const key = await world.apply(namespace, gatewayManifest('new', { account: 'no-adopt' }));
    await world.watch.until(key, 'is Ready', isReady);
    await world.kubectl(['delete', '-n', namespace, 'epg', 'new', '--timeout=60s']);
    expect(writes()).toContain('delete_endpoint_gateway');
  });

  test('delete: the gateway stays until the object lets it, and the object too', async () => {
    const manifest = gatewayManifest('kept', { account: 'no-delete' });
    const key = await world.apply(namespace, manifest);
    const { status } = await world.watch.until(key, 'is Ready', isReady);
    mark = world.cloud.control.requestLog.lastSequence;
    await world.kubectl(['delete', '-n', namespace, 'epg', 'kept', '--wait=false']);

    expect(await refusalOf(key)).toContain('account no-delete does not allow delete');
    expect(writes()).toEqual([]);
    expect(area().gateways.get(status?.id ?? '')?.lifecycleState).toBe('stable');

    const retain = JSON.stringify({ spec: { deletionPolicy: 'Retain' } });
    await world.kubectl(['patch', '-n', namespace, 'epg', 'kept', '--type=merge', '-p', retain]);
    await world.watch.untilGone(key);
    expect(area().gateways.get(status?.id ?? '')?.lifecycleState).toBe('stable');
    expect(writes()).not.toContain('delete_endpoint_gateway');
  });

  test('delete: a gateway is not created anew either', async () => {
    const manifest = gatewayManifest('renewed', { account: 'no-delete', recreatePolicy: 'WhenRequired' });
    const key = await world.apply(namespace, manifest);
    await world.watch.until(key, 'is Ready', isReady);
    mark = world.cloud.control.requestLog.lastSequence;
    await world.apply(namespace, { ...manifest, spec: { ...manifest.spec, target: freshTarget() } });

    expect(await refusalOf(key)).toContain('account no-delete does not allow delete');
    expect(writes()).toEqual([]);
  });
});

test('the gateway of another namespace is not taken over by naming the own cluster', async () => {
  const account = 'shared';
  const manifest = gatewayManifest('owner', { account, name: 'owned' });
  const ownerKey = await world.apply(namespace, manifest);
  const { status } = await world.watch.until(ownerKey, 'is Ready', isReady);
  const clusterID = status?.tags?.[0]?.split(':')[1] ?? '';
  const tags = tagsOf(status?.crn);
  mark = world.cloud.control.requestLog.lastSequence;
  const taker: GatewayManifest = {
    ...manifest,
    metadata: { name: 'taker', annotations: { 'vpe-operator.io/take-over-from': clusterID } },
    spec: { ...manifest.spec, adoptionPolicy: 'IfExists' },
  };
  const key = await world.apply(elsewhere, taker);
  const refused = await world.watch.until(key, 'is stalled', isStalled);

  expect(clusterID).toHaveLength(36);
  expect(reasonOf(refused)).toBe('Collision');
  expect(messageOf(refused)).toContain('belongs to another object of this cluster');
  expect(refused.status).not.toHaveProperty('id');
  expect(tags).toEqual([`vpe-operator:${clusterID}:${world.watch.present(ownerKey)?.metadata.uid}`]);
  expect(tagsOf(status?.crn)).toEqual(tags);
  expect(writes()).toEqual([]);
});

/** As the cloud has them. */
function tagsOf(crn: string | undefined): readonly string[] {
  return world.cloud.control.leftovers().tags.find((attached) => attached.crn === crn)?.tags ?? [];
}
