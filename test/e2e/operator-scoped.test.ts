/**
 * An installation without a ClusterRole, for two namespaces: what it does there, and that it asks for nothing
 * elsewhere. The tests build on each other: those that provoke refusals come last.
 */
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';

import { kinds } from '../../src/kinds/index.ts';
import { firstStartMs } from '../cluster/control-plane.ts';
import { isForbidden, readAudit } from '../harness/audit.ts';
import { isReady, isStalled, messageOf, reasonOf } from '../harness/gateway-watch.ts';
import { freshTarget, gatewayManifest } from '../harness/gateways.ts';
import { installScoped, scopedAccount, scopedUser } from '../harness/install.ts';
import { ask } from '../harness/operator-http.ts';
import type { OperatorProcess } from '../harness/operator-process.ts';
import { startWorld, type World } from '../harness/world.ts';
import { until } from '../lib/until.ts';

jest.setTimeout(180_000);

const clusterID = 'scoped-1';

let world: World;
let scoped: Awaited<ReturnType<typeof installScoped>>;
let watched: readonly [string, string];

beforeAll(async () => {
  world = await startWorld();
  scoped = await installScoped(world.plane);
  watched = [await world.namespace(), await world.namespace()];
  await Promise.all(watched.map(async (namespace) => scoped.watch(namespace)));
}, firstStartMs);

afterAll(async () => world.stop());

async function startScoped(config: object): Promise<OperatorProcess> {
  return world.startOperator({ kubeconfig: scoped.kubeconfig, config });
}

test('it works in its namespaces and nowhere else, and no request of it is forbidden', async () => {
  const elsewhere = await world.namespace();
  const target = freshTarget();
  const foreignKey = await world.apply(elsewhere, gatewayManifest('foreign', { target }));
  const before = await world.watch.until(foreignKey, 'is there', () => true);
  const operator = await startScoped({ clusterID, watchNamespaces: watched });

  const keys = await Promise.all(
    watched.map(async (namespace) => world.apply(namespace, gatewayManifest('gateway'))),
  );
  const [first, second] = await Promise.all(
    keys.map(async (key) => world.watch.until(key, 'is Ready', isReady)),
  );
  await world.kubectl(['delete', '-n', watched[0], 'epg', 'gateway', '--timeout=60s']);

  expect(first?.status?.tags).toEqual([`vpe-operator:${clusterID}:${first?.metadata.uid}`]);
  expect(second?.status?.tags).toEqual([`vpe-operator:${clusterID}:${second?.metadata.uid}`]);
  expect((await ask(operator, '/readyz')).status).toBe(200);
  const { body } = await ask(operator, '/metrics');
  for (const namespace of watched) {
    expect(body).toMatch(
      new RegExp(`^vpe_operator_watch_attempts{plural="endpointgateways",namespace="${namespace}",`, 'm'),
    );
  }
  expect(await operator.stop()).toEqual({ code: 0, signal: null });

  expect(world.watch.versionsOf(foreignKey)).toEqual([before]);
  expect(JSON.stringify(world.cloud.control.requestLog.entries())).not.toContain(target.crn);
  const asked = (await readAudit(world.plane.auditLog)).filter(({ user }) => user.username === scopedUser);
  const places = asked.map(({ objectRef }) => objectRef?.namespace);
  expect(new Set(places)).toEqual(new Set([scopedAccount.namespace, ...watched]));
  expect(asked.filter(isForbidden)).toEqual([]);
});

test('autoIPs in the zones of Nodes need a ClusterRole, and it says so', async () => {
  const operator = await startScoped({ clusterID, watchNamespaces: watched });
  const manifest = gatewayManifest('near-nodes', { autoIPs: { zones: 'Nodes' } });
  const key = await world.apply(watched[0], manifest);
  const stalled = await world.watch.until(key, 'is stalled', isStalled);

  expect(reasonOf(stalled)).toBe('NeedsClusterScope');
  expect(messageOf(stalled)).toBe(
    'This installation of the operator may not read Nodes, so it cannot tell their zones: set autoIPs.zones to All, or give ips',
  );
  expect(stalled.status).not.toHaveProperty('id');
  expect(await operator.stop()).toEqual({ code: 0, signal: null });
});

test('a namespace that it may not look into yet is named by /readyz, and keeps no other one waiting', async () => {
  const late = await world.namespace();
  const operator = await startScoped({ clusterID, watchNamespaces: [watched[0], late] });
  const key = await world.apply(watched[0], gatewayManifest('meanwhile'));
  await world.watch.until(key, 'is Ready', isReady);

  expect(await ask(operator, '/readyz')).toEqual({
    status: 503,
    body: kinds.map(({ type }) => `${type.kind} in ${late} is not synced yet\n`).join(''),
  });
  expect((await ask(operator, '/healthz')).status).toBe(200);
  const silence = new RegExp(`^vpe_operator_watch_silent_seconds{.*namespace="${late}"} (.*)$`, 'm');
  const [, seconds] = silence.exec((await ask(operator, '/metrics')).body) ?? [];
  expect(Number(seconds)).toBeGreaterThan(0);

  await scoped.watch(late);
  await until(async () => (await ask(operator, '/readyz')).status === 200, { what: 'it is ready' });
  const lateKey = await world.apply(late, gatewayManifest('late'));
  await world.watch.until(lateKey, 'is Ready', isReady);
  expect(await operator.stop()).toEqual({ code: 0, signal: null });
});

test('for all namespaces, but not allowed to read kube-system, it says that a cluster id has to be configured', async () => {
  const operator = await startScoped({});
  await operator.untilSaid('set clusterID in the configuration');

  expect(await ask(operator, '/readyz')).toMatchObject({ status: 503 });
  expect(await operator.stop()).toEqual({ code: 0, signal: null });
});
