/**
 * An account that was made by other means, looked at: plans in the status and not one write to the cloud, until the
 * objects are managed; and an installation that does nothing but that.
 */
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';

import type { GatewayResource } from '../../src/kinds/endpoint-gateway/observed.ts';
import type { EndpointGatewaySpec } from '../../src/kinds/endpoint-gateway/types.gen.ts';
import type { LoggedRequest } from '../cloud/request-log.ts';
import { byIdOrName } from '../cloud/seed.ts';
import { firstStartMs } from '../cluster/control-plane.ts';
import { isReady, isStalled, reasonOf } from '../harness/gateway-watch.ts';
import { freshTarget, gatewayManifest, type Network, networkOf } from '../harness/gateways.ts';
import { kstatusOf } from '../harness/kstatus.ts';
import type { OperatorProcess } from '../harness/operator-process.ts';
import { startWorld, type World } from '../harness/world.ts';
import { until } from '../lib/until.ts';

jest.setTimeout(180_000);

const observe = { managementPolicy: 'Observe' } as const;

let world: World;
let network: Network;
let operator: OperatorProcess;

beforeAll(async () => {
  world = await startWorld();
  network = networkOf(world.cloud);
  operator = await world.startOperator();
}, firstStartMs);

afterAll(async () => world.stop());

/** A search is a POST, and so is asking for a token: neither changes anything. */
function isRead({ method, service, operation }: LoggedRequest): boolean {
  return method === 'GET' || service === 'iam' || operation === 'search';
}

/** Calls since then that could have changed something in the cloud. */
function writesSince(after: number): readonly LoggedRequest[] {
  return world.cloud.control.requestLog.entries({ after }).filter((request) => !isRead(request));
}

/** A gateway that somebody else made; the target is the only thing by which an object can mean it. */
function madeElsewhere(name: string): { readonly id: string; readonly target: { readonly crn: string } } {
  const target = freshTarget();
  const gateway = world.cloud.control.seed.endpointGateway({
    prototype: {
      name,
      vpc: { id: network.vpcId },
      target: { resource_type: 'provider_cloud_service', ...target },
      ips: [{ subnet: { id: network.subnets[1][0] } }],
    },
  });
  return { id: gateway.id, target };
}

function conditionTypes({ status }: GatewayResource): readonly string[] {
  return (status?.conditions ?? []).map(({ type }) => type);
}

function plannedActions({ status }: GatewayResource): readonly string[] {
  return (status?.plan?.actions ?? []).map(({ action }) => action);
}

function isShown(object: GatewayResource): boolean {
  return object.status?.observedGeneration === object.metadata.generation && reasonOf(object) === 'Differs';
}

async function patch(key: string, spec: Partial<EndpointGatewaySpec>): Promise<void> {
  const [namespace = '', name = ''] = key.split('/');
  await world.kubectl([
    'patch',
    'epg',
    '-n',
    namespace,
    name,
    '--type=merge',
    '-p',
    JSON.stringify({ spec }),
  ]);
}

async function remove(key: string): Promise<void> {
  const [namespace = '', name = ''] = key.split('/');
  await world.kubectl(['delete', 'epg', '-n', namespace, name, '--timeout=60s']);
}

/** Passes that end from now on, each of which asks the cloud for its gateways at least. */
async function looks(count: number): Promise<void> {
  const after = world.cloud.control.requestLog.lastSequence;
  const { requestLog } = world.cloud.control;
  await until(() => requestLog.entries({ operation: 'list_endpoint_gateways', after }).length >= count, {
    what: `${count} looks at the cloud`,
  });
}

describe('observed objects', () => {
  let before: number;
  let namespace: string;
  let matching: ReturnType<typeof madeElsewhere>;
  let differing: ReturnType<typeof madeElsewhere>;
  let keys: Readonly<Record<'matching' | 'differing' | 'missing', string>>;

  beforeAll(async () => {
    namespace = await world.namespace();
    matching = madeElsewhere('made-elsewhere-1');
    differing = madeElsewhere('made-elsewhere-2');
    const ips = [{ subnet: { id: network.subnets[1][0] } }];
    before = world.cloud.control.requestLog.lastSequence;
    keys = {
      matching: await world.apply(
        namespace,
        gatewayManifest('matching', { ...observe, name: 'made-elsewhere-1', target: matching.target, ips }),
      ),
      differing: await world.apply(
        namespace,
        gatewayManifest('differing', {
          ...observe,
          name: 'renamed',
          target: differing.target,
          ips: [...ips, { subnet: { id: network.subnets[2][0] } }],
          securityGroups: network.securityGroups.map((id) => ({ id })),
          dnsResolutionBindingMode: 'Disabled',
          tags: ['env:prod'],
        }),
      ),
      missing: await world.apply(namespace, gatewayManifest('missing', { ...observe, name: 'missing' })),
    };
  });

  test('show what is there, whoever made it', async () => {
    const { status, metadata } = await world.watch.until(keys.matching, 'is Ready', isReady);

    expect(status).toMatchObject({ id: matching.id, state: 'Stable', lifecycleState: 'stable' });
    expect(status).not.toHaveProperty('plan');
    expect(metadata.finalizers).toBeUndefined();
  });

  test('have the whole plan in their status, and Ready alone beside what the kind says', async () => {
    const differs = await world.watch.until(keys.differing, 'differs', isShown);
    const missing = await world.watch.until(keys.missing, 'differs', isShown);

    const { securityGroups } = world.cloud.control.area('default', 'us-south');
    expect(differs.status?.id).toBe(differing.id);
    expect(plannedActions(differs)).toEqual([
      'rename gateway made-elsewhere-2 to renamed',
      ...network.securityGroups.map((group) => `attach security group ${group}`),
      `detach security group ${byIdOrName(securityGroups, 'vpc-1-default').id}`,
      `bind an address of subnet ${network.subnets[2][0]}`,
      'change dns_resolution_binding_mode from primary to disabled',
      'attach user tag env:prod',
    ]);
    expect(differs.status?.plan?.total).toBe(plannedActions(differs).length);
    expect(plannedActions(missing)[0]).toContain('create gateway missing');
    for (const object of [differs, missing]) {
      expect(conditionTypes(object)).not.toEqual(expect.arrayContaining(['Reconciling']));
      expect(conditionTypes(object)).not.toEqual(expect.arrayContaining(['Stalled']));
      expect(kstatusOf(object)).toBe('InProgress');
      expect(object.metadata.finalizers).toBeUndefined();
    }
  });

  test('are looked at again by themselves: what somebody mends is Ready', async () => {
    const key = await world.apply(
      namespace,
      gatewayManifest('mended', { ...observe, name: 'mended', target: freshTarget() }),
    );
    const { spec } = await world.watch.until(key, 'differs', isShown);
    world.cloud.control.seed.endpointGateway({
      prototype: {
        name: 'mended',
        vpc: { id: network.vpcId },
        target: { resource_type: 'provider_cloud_service', crn: spec.target.crn ?? '' },
      },
    });

    const mended = await world.watch.until(key, 'is Ready', isReady);
    expect(mended.status).not.toHaveProperty('plan');
  });

  test('cost the cloud no write and the cluster no event about one, however often they are looked at', async () => {
    await looks(5);
    const events = await world.kubectl([
      'get',
      'events',
      '-n',
      namespace,
      '-o',
      'jsonpath={.items[*].reason}',
    ]);

    expect(writesSince(before)).toEqual([]);
    expect(new Set(events.split(' '))).toEqual(new Set(['Succeeded']));
  });

  test('go without a trace', async () => {
    await remove(keys.missing);
    await world.watch.untilGone(keys.missing);

    expect(writesSince(before)).toEqual([]);
  });

  test('that were only looked at give no right to a gateway: managed, they need leave to adopt it', async () => {
    await patch(keys.matching, { managementPolicy: 'Manage' });
    await world.watch.until(keys.matching, 'is stalled', isStalled);
    expect(writesSince(before)).toEqual([]);

    await patch(keys.matching, { adoptionPolicy: 'IfExists' });
    const { status, metadata } = await world.watch.until(keys.matching, 'is Ready', isReady);
    expect(status).toMatchObject({ id: matching.id, origin: 'Adopted' });
    expect(metadata.finalizers).toHaveLength(1);
  });

  test('are made to match once they are managed, and left alone once they are observed again', async () => {
    await patch(keys.differing, { managementPolicy: 'Manage', adoptionPolicy: 'IfExists' });
    const { status } = await world.watch.until(keys.differing, 'is Ready', isReady);
    expect(status).toMatchObject({ id: differing.id, name: 'renamed' });
    expect(status).not.toHaveProperty('plan');
    const since = world.cloud.control.requestLog.lastSequence;

    await patch(keys.differing, { managementPolicy: 'Observe', name: 'renamed-again' });
    await world.watch.until(keys.differing, 'differs', isShown);
    await remove(keys.differing);
    await world.watch.untilGone(keys.differing);
    expect(writesSince(since)).toEqual([]);
    expect(world.cloud.control.area('default', 'us-south').gateways.has(differing.id)).toBe(true);
  });
});

describe('a dry run of the whole installation', () => {
  test('observes what is to be managed, and a start without it makes up for that', async () => {
    await operator.stop();
    const before = world.cloud.control.requestLog.lastSequence;
    operator = await world.startOperator({ config: { dryRun: true } });
    const key = await world.apply(await world.namespace(), gatewayManifest('managed'));
    const shown = await world.watch.until(key, 'differs', isShown);
    await looks(3);

    expect(shown.spec.managementPolicy).toBe('Manage');
    expect(shown.metadata.finalizers).toBeUndefined();
    expect(plannedActions(shown)[0]).toContain('create gateway');
    expect(writesSince(before)).toEqual([]);

    await operator.stop();
    operator = await world.startOperator();
    await world.watch.until(key, 'is Ready', isReady);
  });
});
