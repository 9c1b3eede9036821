/** What somebody leaves behind who removes a finalizer by force: it is reported, and nothing is deleted. */
import { KubeConfig } from '@kubernetes/client-node';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { pino } from 'pino';

import { createKubeClient } from '../../src/kube/client.ts';
import { type Lease, leaseType } from '../../src/kube/lease-record.ts';
import { EventRecorder } from '../../src/kube/recorder.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { connect, type CloudClient } from '../cloud/client.ts';
import { firstStartMs } from '../cluster/control-plane.ts';
import { isReady } from '../harness/gateway-watch.ts';
import { freshTarget, gatewayManifest } from '../harness/gateways.ts';
import { operatorAccount } from '../harness/install.ts';
import { ask } from '../harness/operator-http.ts';
import type { OperatorProcess } from '../harness/operator-process.ts';
import { startWorld, type World } from '../harness/world.ts';
import { until } from '../lib/until.ts';

jest.setTimeout(180_000);

const pace = { base: '150ms', max: '500ms' };
const timings = {
  changing: pace,
  slow: pace,
  retry: pace,
  terminal: pace,
  driftCheck: '1s',
  orphanSweep: '300ms',
};

let world: World;
let somebody: CloudClient;
let operator: OperatorProcess;
let namespace: string;
/** The gateway that was left behind. */
let left: { readonly id: string; readonly name: string; readonly crn: string };

beforeAll(async () => {
  world = await startWorld();
  somebody = await connect(world.cloud);
  operator = await startLeader();
  namespace = await world.namespace();
}, firstStartMs);

afterAll(async () => world.stop());

afterEach(() => world.cloud.control.faults.clear());

async function startLeader(): Promise<OperatorProcess> {
  const started = await world.startOperator({ config: { timings } });
  await started.untilSaid('"leading"');
  return started;
}

/** What was told before is gone. */
async function restart(): Promise<void> {
  await operator.stop();
  await world.kubectl(['delete', 'events', '-n', operatorAccount.namespace, '--all']);
  operator = await startLeader();
}

/** The count that the operator exports for an account; `undefined` before its first sweep. */
async function orphansOf(account: string): Promise<number | undefined> {
  return sampleOf('vpe_operator_orphans', account);
}

async function sampleOf(metric: string, account: string): Promise<number | undefined> {
  const { body } = await ask(operator, '/metrics');
  const sample = new RegExp(`^${metric}{kind="EndpointGateway",account="${account}"} ([\\d.]+)$`, 'm');
  const [, value] = sample.exec(body) ?? [];
  return value === undefined ? undefined : Number(value);
}

async function untilOrphans(count: number): Promise<void> {
  await until(async () => (await orphansOf('default')) === count, { what: `${count} orphans are counted` });
}

/** Sweeps that begin from now on, of which the first ones end. Both configured accounts are one of the cloud's. */
async function sweeps(count = 3): Promise<void> {
  const after = world.cloud.control.requestLog.lastSequence;
  const begun = (): number =>
    world.cloud.control.requestLog
      .entries({ operation: 'list_tags', after })
      .filter(({ query }) => query['attached_only'] === true || query['attached_only'] === 'true').length;
  await until(() => begun() >= 2 * (count + 1), { what: `${count} sweeps` });
}

async function describeLease(): Promise<string> {
  return world.kubectl(['describe', 'lease', 'vpe-operator', '-n', operatorAccount.namespace]);
}

async function untilLeaseTells(...words: readonly string[]): Promise<void> {
  await until(
    async () => {
      const lines = (await describeLease()).split('\n').filter((line) => line.includes('Orphan'));
      return lines.some((line) => words.every((word) => line.includes(word)));
    },
    { what: `the Lease tells of ${words.join(', ')}` },
  );
}

function gatewayExists(id: string): boolean {
  return world.cloud.control.area('default', 'us-south').gateways.has(id);
}

describe('a gateway', () => {
  test('is no orphan while its object lives or is being deleted, or when it is another cluster’s', async () => {
    const { crn } = world.cloud.control.seed.endpointGateway({
      prototype: {
        name: 'foreign',
        vpc: { id: 'vpc-1' },
        target: { resource_type: 'provider_cloud_service', ...freshTarget() },
      },
    });
    await somebody.tagging('POST', '/v3/tags/attach', {
      resources: [{ resource_id: crn }],
      tag_names: ['vpe-operator:another-cluster:11111111-1111-4111-8111-111111111111'],
    });
    const [first] = await Promise.all(
      ['left', 'healthy'].map(async (name) => {
        const key = await world.apply(namespace, gatewayManifest(name));
        return world.watch.until(key, 'is Ready', isReady);
      }),
    );
    const { id = '', name = '', crn: ownCrn = '' } = first?.status ?? {};
    left = { id, name, crn: ownCrn };
    await sweeps();
    expect(await orphansOf('default')).toBe(0);

    world.cloud.control.faults.add({ operation: 'delete_endpoint_gateway', status: 500 });
    await world.kubectl(['delete', 'epg', '-n', namespace, 'left', '--wait=false']);
    await world.watch.until(`${namespace}/left`, 'is being deleted', ({ metadata }) =>
      Boolean(metadata.deletionTimestamp),
    );
    await sweeps();
    expect(await orphansOf('default')).toBe(0);

    // As people do whose object does not go.
    const patch = JSON.stringify({ metadata: { finalizers: null } });
    await world.kubectl(['patch', 'epg', '-n', namespace, 'left', '--type=merge', '-p', patch]);
    await world.watch.untilGone(`${namespace}/left`);
    await untilOrphans(1);
  });

  test('left behind is told of on the Lease, with what to do, and stays', async () => {
    await untilLeaseTells(left.name, left.id, 'us-south', 'account default', 'Delete it in the cloud');
    const fromMs = Date.now();
    await sweeps();
    // The other configured account is the same one of IBM Cloud.
    expect([await orphansOf('default'), await orphansOf('closed')]).toEqual([1, 0]);
    expect(gatewayExists(left.id)).toBe(true);
    const sweptAt = await sampleOf('vpe_operator_orphan_sweep_timestamp_seconds', 'default');
    expect(sweptAt).toBeGreaterThanOrEqual(fromMs / 1000);
    expect(sweptAt).toBeLessThanOrEqual(Date.now() / 1000);
    const { tags } = world.cloud.control.leftovers();
    expect(tags).toContainEqual({ crn: left.crn, tags: [expect.stringMatching(/^vpe-operator:/)] });
  });

  test('is not looked at by others than whom nobody claims', async () => {
    const { requestLog } = world.cloud.control;
    const healthy = world.watch.present(`${namespace}/healthy`)?.status?.crn;
    const after = requestLog.lastSequence;
    await sweeps();
    const looks = requestLog
      .entries({ operation: 'list_tags', after })
      .map(({ query }) => query['attached_to'])
      .filter((crn) => crn !== undefined);
    expect(looks).toContain(left.crn);
    expect(looks).not.toContain(healthy);
  });

  test('is reported by a restarted operator, too', async () => {
    await restart();
    await untilOrphans(1);
    await untilLeaseTells(left.id);
    expect(gatewayExists(left.id)).toBe(true);
  });

  test('is reported, though not located, when no object is left to tell the region', async () => {
    await world.kubectl(['delete', 'epg', '-n', namespace, '--all']);
    await restart();
    await untilOrphans(1);
    await untilLeaseTells('no region is known that could be searched');
    expect(gatewayExists(left.id)).toBe(true);
  });

  test('is forgotten when somebody has deleted it', async () => {
    await somebody.vpc('DELETE', `/endpoint_gateways/${left.id}`);
    await untilOrphans(0);
    await sweeps();
    expect(await orphansOf('default')).toBe(0);
  });
});

test('a thousand equal events are one, with a count', async () => {
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromFile(world.kubeconfig);
  const options = { userAgent: 'test', requestTimeoutMs: 30_000, clock: systemClock };
  const client = createKubeClient(kubeConfig, options);
  const { signal } = new AbortController();
  const lease = await client.get<Lease>(leaseType, `${operatorAccount.namespace}/vpe-operator`, signal);
  const log = pino({ level: 'silent' });
  const recorder = new EventRecorder({ client, reportingInstance: 'test', clock: systemClock, log });
  for (let count = 0; count < 1000; count += 1) {
    recorder.record(lease, { type: 'Warning', reason: 'Repeated', action: 'Test', note: 'again and again' });
  }
  await recorder.flush(60_000);

  const events = ['get', 'events.events.k8s.io', '-n', operatorAccount.namespace, '-o', 'json'];
  const { items } = JSON.parse(await world.kubectl(events)) as { items: readonly { reason: string }[] };
  expect(items.filter(({ reason }) => reason === 'Repeated')).toMatchObject([
    { regarding: { kind: 'Lease', name: 'vpe-operator' }, series: { count: 1000 } },
  ]);
});
