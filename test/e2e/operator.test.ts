/**
 * What a user of the operator sees: the built program under its own ServiceAccount with the generated rules, on a
 * real control plane, against the simulated cloud.
 */
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';

import { firstStartMs } from '../cluster/control-plane.ts';
import { isReady, isStalled, messageOf, reasonOf } from '../harness/gateway-watch.ts';
import { freshTarget, gatewayManifest, networkOf } from '../harness/gateways.ts';
import { startWorld, type World } from '../harness/world.ts';
import { until } from '../lib/until.ts';

jest.setTimeout(180_000);

let world: World;

beforeAll(async () => {
  world = await startWorld();
  await world.startOperator();
}, firstStartMs);

afterAll(async () => world.stop());

/** Ids of the gateways that lead to the target. */
function gatewaysTo({ crn }: { readonly crn?: string }): readonly string[] {
  const { gateways } = world.cloud.control.area('default', 'us-south');
  return [...gateways.values()].filter(({ target }) => target.key === crn).map(({ id }) => id);
}

function tagsOf(crn: string | undefined): readonly string[] {
  return world.cloud.control.leftovers().tags.find((tagged) => tagged.crn === crn)?.tags ?? [];
}

/** The only row of `kubectl get epg`, by column. No cell of a gateway holds a blank. */
async function row(namespace: string, ...flags: string[]): Promise<Record<string, string>> {
  const [header = '', ...rows] = (await world.kubectl(['get', 'epg', '-n', namespace, ...flags]))
    .trim()
    .split('\n');
  const cells = rows.join(' ').split(/\s+/);
  return Object.fromEntries(header.split(/\s+/).map((name, index) => [name, cells[index] ?? '']));
}

async function annotate(key: string, annotation: string): Promise<void> {
  const [namespace = '', name = ''] = key.split('/');
  await world.kubectl(['annotate', '-n', namespace, 'epg', name, '--overwrite', annotation]);
}

describe('a new object', () => {
  test('passes Pending, Updating and Stable, and kubectl waits for it and shows it', async () => {
    const namespace = await world.namespace();
    const { subnets, securityGroups } = networkOf(world.cloud);
    const target = freshTarget();
    const manifest = gatewayManifest('orders', {
      target,
      ips: [{ subnet: { id: subnets[1][0] } }, { subnet: { id: subnets[2][0] } }],
      securityGroups: [{ id: securityGroups[0] }],
    });

    const key = await world.apply(namespace, manifest);
    await world.kubectl(['wait', '-n', namespace, '--for=condition=Ready', '--timeout=60s', 'epg/orders']);
    const { status } = await world.watch.until(key, 'is Ready', isReady);

    expect(world.watch.statesOf(key)).toEqual(['Pending', 'Updating', 'Stable']);
    expect(gatewaysTo(target)).toEqual([status?.id]);
    expect(status?.ips?.map(({ zone, autoDelete }) => ({ zone, autoDelete }))).toEqual([
      { zone: 'us-south-1', autoDelete: true },
      { zone: 'us-south-2', autoDelete: true },
    ]);
    expect(await row(namespace)).toEqual({
      NAME: 'orders',
      STATE: 'Stable',
      READY: 'True',
      TARGET: 'databases-for-postgresql/us-south',
      IPS: status?.ips?.map(({ address }) => address).join(','),
      VPC: 'vpc-1',
      REASON: 'Succeeded',
      AGE: expect.stringMatching(/^\d+s$/),
    });
    expect(await row(namespace, '-o', 'wide')).toMatchObject({
      ID: status?.id,
      HEALTH: 'ok',
      ZONES: 'us-south-1,us-south-2',
    });
  });

  test('tells its story in events, which kubectl describe shows', async () => {
    const namespace = await world.namespace();
    await world.apply(namespace, gatewayManifest('told'));
    const created = /Normal +Creating .* create gateway vpe-team-\d+-told-[0-9a-f]{8}$/m;
    const succeeded = /Normal +Succeeded .* The cloud matches the spec$/m;

    const events = await until(
      async () => {
        const [, section = ''] = (await world.kubectl(['describe', '-n', namespace, 'epg', 'told'])).split(
          '\nEvents:',
        );
        return succeeded.test(section) && section;
      },
      { what: 'its events are there', everyMs: 500 },
    );

    expect(events).toMatch(created);
  });
});

describe('an object that cannot be served', () => {
  test('collides with the gateway that already leads to its target, and is told which', async () => {
    const namespace = await world.namespace();
    const target = freshTarget();
    const first = await world.watch.until(
      await world.apply(namespace, gatewayManifest('first', { target })),
      'is Ready',
      isReady,
    );
    const second = await world.watch.until(
      await world.apply(namespace, gatewayManifest('second', { target })),
      'is stalled',
      isStalled,
    );

    expect(reasonOf(second)).toBe('Collision');
    expect(messageOf(second)).toContain(`${first.status?.name} (${first.status?.id})`);
    expect(gatewaysTo(target)).toEqual([first.status?.id]);
  });

  test('is not allowed to use an account that is not open to its namespace', async () => {
    const namespace = await world.namespace();
    const target = freshTarget();
    const key = await world.apply(namespace, gatewayManifest('intruder', { target, account: 'closed' }));
    const { status } = await world.watch.until(key, 'is stalled', isStalled);

    expect(status?.conditions?.[0]).toMatchObject({
      reason: 'NotAllowed',
      message: expect.stringContaining(`account closed is not open to namespace ${namespace}`),
    });
    expect(gatewaysTo(target)).toEqual([]);
  });
});

describe('what a user asks for', () => {
  test('suspend leaves everything alone until it is false', async () => {
    const namespace = await world.namespace();
    const target = freshTarget();
    const manifest = gatewayManifest('sleeper', { target, suspend: true });
    const key = await world.apply(namespace, manifest);
    const paused = await world.watch.until(key, 'is paused', (object) => reasonOf(object) === 'Paused');

    expect(paused.status).toMatchObject({ state: 'Paused', observedGeneration: paused.metadata.generation });
    expect(paused.status?.conditions?.map(({ type }) => type)).toEqual(['Ready']);
    expect(gatewaysTo(target)).toEqual([]);

    await world.apply(namespace, { ...manifest, spec: { ...manifest.spec, suspend: false } });
    await world.watch.until(key, 'is Ready', isReady);
    expect(gatewaysTo(target)).toHaveLength(1);
  });

  test('a changed reconcile-at gets a pass, and is echoed', async () => {
    const namespace = await world.namespace();
    const key = await world.apply(namespace, gatewayManifest('nudged'));
    await world.watch.until(key, 'is Ready', isReady);

    for (const asked of ['2026-01-01T00:00:00Z', 'again']) {
      await annotate(key, `vpe-operator.io/reconcile-at=${asked}`);
      const object = await world.watch.until(
        key,
        `has handled ${asked}`,
        ({ status }) => status?.lastHandledReconcileAt === asked,
      );
      expect(isReady(object)).toBe(true);
    }
  });
});

describe('an object that is deleted', () => {
  test('takes its gateway, tags and addresses along before it goes', async () => {
    const namespace = await world.namespace();
    const { subnets } = networkOf(world.cloud);
    const key = await world.apply(
      namespace,
      gatewayManifest('passing', { ips: [{ subnet: { id: subnets[1][0] } }] }),
    );
    const { status } = await world.watch.until(key, 'is Ready', isReady);
    expect(tagsOf(status?.crn)).toHaveLength(1);

    await world.kubectl(['delete', '-n', namespace, 'epg', 'passing', '--timeout=60s']);

    expect(world.watch.statesOf(key).at(-1)).toBe('Deleting');
    expect(world.cloud.control.stateLog.of(status?.id ?? '').at(-1)?.lifecycleState).toBe('absent');
    const { tags, reservedIPs } = world.cloud.control.leftovers();
    expect(tags.filter(({ crn }) => crn === status?.crn)).toEqual([]);
    expect(reservedIPs.filter(({ gateway }) => gateway === status?.id)).toEqual([]);
  });

  test('with Retain leaves the gateway as it is, without our tag', async () => {
    const namespace = await world.namespace();
    const { subnets } = networkOf(world.cloud);
    const key = await world.apply(
      namespace,
      gatewayManifest('kept', { ips: [{ subnet: { id: subnets[1][0] } }], deletionPolicy: 'Retain' }),
    );
    const { status } = await world.watch.until(key, 'is Ready', isReady);
    const before = world.cloud.control.stateLog.of(status?.id ?? '').at(-1);

    await world.kubectl(['delete', '-n', namespace, 'epg', 'kept', '--timeout=60s']);

    expect(before).toMatchObject({ lifecycleState: 'stable', ips: [{ subnet: subnets[1][0] }] });
    expect(world.cloud.control.stateLog.of(status?.id ?? '').at(-1)).toEqual(before);
    expect(tagsOf(status?.crn)).toEqual([]);
  });

  test('while its gateway is still pending takes that along, too', async () => {
    const namespace = await world.namespace();
    const target = freshTarget();
    const key = await world.apply(namespace, gatewayManifest('hasty', { target }));
    const { status } = await world.watch.until(
      key,
      'has a gateway',
      ({ status: now }) => now?.id !== undefined,
    );
    expect(status?.lifecycleState).toBe('pending');

    await world.kubectl(['delete', '-n', namespace, 'epg', 'hasty', '--timeout=60s']);

    expect(gatewaysTo(target)).toEqual([]);
    expect(world.watch.versionsOf(key).some(isReady)).toBe(false);
  });

  test('while the operator was away is found when it comes back', async () => {
    const namespace = await world.namespace();
    const target = freshTarget();
    const key = await world.apply(namespace, gatewayManifest('orphan', { target }));
    await world.watch.until(key, 'is Ready', isReady);
    await Promise.all(world.operators.map(async (operator) => operator.stop()));
    await world.kubectl(['delete', '-n', namespace, 'epg', 'orphan', '--wait=false']);
    await world.watch.until(key, 'is deleting', ({ metadata }) => metadata.deletionTimestamp !== undefined);

    await world.startOperator();

    await world.watch.untilGone(key);
    expect(gatewaysTo(target)).toEqual([]);
  });
});
