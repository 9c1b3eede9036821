/**
 * What the operator may do and what it must not say: its credentials, its rules, its secrets. The tests build on each
 * other: the last three look at everything that the first ones left in the logs.
 */
import { readFile, writeFile } from 'node:fs/promises';

import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';

import type { PolicyRule } from '../../src/controller/kind.ts';
import { kinds } from '../../src/kinds/index.ts';
import { firstStartMs } from '../cluster/control-plane.ts';
import { type AuditEntry, isForbidden, readAudit } from '../harness/audit.ts';
import { isReady, isStalled, messageOf, reasonOf } from '../harness/gateway-watch.ts';
import { gatewayManifest, networkOf } from '../harness/gateways.ts';
import { operatorUser } from '../harness/install.ts';
import type { OperatorProcess } from '../harness/operator-process.ts';
import { expectNoSecretIn } from '../harness/outputs.ts';
import { closedInstance } from '../harness/policies.ts';
import { newApiKey, startWorld, type World } from '../harness/world.ts';
import { canaryApiKey } from '../lib/canary.ts';
import { repositoryPath } from '../lib/repository.ts';
import { until } from '../lib/until.ts';

jest.setTimeout(180_000);

let world: World;
let operator: OperatorProcess;

beforeAll(async () => {
  world = await startWorld();
  operator = await world.startOperator({
    logLevel: 'trace',
    side: { vpc: networkOf(world.cloud).vpcId },
  });
}, firstStartMs);

afterAll(async () => world.stop());

async function useKey(apiKey: string): Promise<void> {
  await writeFile(world.apiKeyFile, apiKey);
}

test('a key that IAM refuses is AccessDenied, stalled when trying again is in vain, and healed by another key', async () => {
  await useKey(canaryApiKey());
  const before = world.cloud.control.requestLog.lastSequence;
  const namespace = await world.namespace();
  const key = await world.apply(namespace, gatewayManifest('locked-out'));
  const stalled = await world.watch.until(key, 'is stalled', isStalled);

  const tokenCalls = world.cloud.control.requestLog.entries({ service: 'iam', after: before });
  await useKey(newApiKey(world.cloud));
  await world.watch.until(key, 'is Ready', isReady);

  expect(reasonOf(stalled)).toBe('AccessDenied');
  expect(messageOf(stalled)).toContain('Provided API key could not be found');
  const first = world.watch.versionsOf(key).find((object) => reasonOf(object) === 'AccessDenied');
  expect(first?.status?.conditions?.map(({ type }) => type)).toEqual(['Ready', 'Reconciling']);
  expect(tokenCalls.map(({ status }) => status)).toContain(400);
});

test('a key that is revoked while it is in use stalls what has to change, and a new key heals it', async () => {
  const namespace = await world.namespace();
  const manifest = gatewayManifest('revoked', { name: 'revoked-1' });
  const key = await world.apply(namespace, manifest);
  await world.watch.until(key, 'is Ready', isReady);

  world.cloud.control.revokeApiKey(await readFile(world.apiKeyFile, 'utf8'));
  await world.apply(namespace, { ...manifest, spec: { ...manifest.spec, name: 'revoked-2' } });
  const stalled = await world.watch.until(key, 'is stalled', isStalled);
  expect(reasonOf(stalled)).toBe('AccessDenied');

  await useKey(newApiKey(world.cloud));
  await world.watch.until(
    key,
    'is Ready',
    (object) => isReady(object) && object.status?.name === 'revoked-2',
  );
});

test('trouble of every sort ends well', async () => {
  const { faults } = world.cloud.control;
  const namespace = await world.namespace();
  const { subnets, securityGroups } = networkOf(world.cloud);
  faults.add({ operation: 'list_endpoint_gateways', status: 500, times: 1 });
  faults.add({ operation: 'create_endpoint_gateway', status: 429, retryAfter: 1, times: 1 });
  faults.add({ operation: 'create_endpoint_gateway', status: 409, times: 1 });
  faults.add({ operation: 'create_endpoint_gateway', drop: true, when: 'after', times: 1 });
  faults.add({ operation: 'attach_tag', status: 503, times: 1 });
  const manifest = gatewayManifest('troubled', {
    ips: [{ subnet: { id: subnets[1][0] } }],
    securityGroups: securityGroups.map((id) => ({ id })),
  });
  const key = await world.apply(namespace, manifest);
  await world.watch.until(key, 'is Ready', isReady);

  faults.add({ service: 'iam', status: 500, times: 1 });
  faults.add({ operation: 'update_endpoint_gateway', status: 400, times: 1 });
  await world.apply(namespace, { ...manifest, spec: { ...manifest.spec, name: 'troubled-2' } });
  await world.watch.until(
    key,
    'is renamed',
    (object) => isReady(object) && object.status?.name === 'troubled-2',
  );

  faults.add({ operation: 'delete_endpoint_gateway', status: 500, times: 1 });
  const deletion = world.kubectl(['delete', '-n', namespace, 'epg', 'troubled', '--timeout=60s']);
  await expect(deletion).resolves.toContain('deleted');
});

test('Nodes are read for the zones of autoIPs, where addresses are made', async () => {
  const labels = { 'topology.kubernetes.io/zone': 'us-south-2' };
  const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'worker', labels } };
  await world.kubectl(['apply', '-f', '-'], { input: JSON.stringify(node) });
  const manifest = gatewayManifest('near-nodes', { autoIPs: { zones: 'Nodes' } });
  const key = await world.apply(await world.namespace(), manifest);
  const { status } = await world.watch.until(key, 'is Ready', isReady);

  const subnets: readonly string[] = networkOf(world.cloud).subnets[2];
  expect(status?.ips?.map(({ zone }) => zone)).toEqual(['us-south-2']);
  expect(subnets).toContain(status?.ips?.[0]?.subnet);
});

test('an instance is closed, and its object goes', async () => {
  const { namespace, name } = await closedInstance(world, {
    namespace: await world.namespace(),
    name: 'hsm',
  });
  const deletion = world.kubectl(['delete', '-n', namespace, 'hnp', name, '--timeout=60s']);
  await expect(deletion).resolves.toContain('deleted');
});

test('one that waits takes over when it is stopped', async () => {
  const standby = await world.startOperator();
  await until(async () => (await ownAudit()).some(isLeaseWatch), {
    what: 'the standby watches the Lease',
  });
  expect(await operator.stop()).toEqual({ code: 0, signal: null });
  await standby.untilSaid('"leading"');
});

async function ownAudit(): Promise<readonly AuditEntry[]> {
  const entries = await readAudit(world.plane.auditLog);
  return entries.filter(({ user }) => user.username === operatorUser);
}

function isLeaseWatch({ verb, objectRef }: AuditEntry): boolean {
  return verb === 'watch' && objectRef?.resource === 'leases';
}

/** Grants that no request of ours uses, each with its reason. */
const exempt: ReadonlyMap<string, string> = new Map(
  kinds.map(({ type }) => [
    `${type.group}/${type.plural}/finalizers update`,
    'OpenShift refuses a child with an owner reference unless its maker may update the finalizers of the owner',
  ]),
);

test('its rules grant what it does, and nothing more', async () => {
  const { cluster } = JSON.parse(
    await readFile(repositoryPath('deploy', 'chart', 'files', 'rbac.json'), 'utf8'),
  ) as { cluster: Record<'clusterRole' | 'ownRole', readonly PolicyRule[]> };
  const granted = [...cluster.clusterRole, ...cluster.ownRole].flatMap(({ apiGroups, resources, verbs }) =>
    apiGroups.flatMap((group) =>
      resources.flatMap((resource) => verbs.map((verb) => `${group}/${resource} ${verb}`)),
    ),
  );
  const entries = await ownAudit();
  const used = new Set(entries.map(describeUse));

  expect(entries.length).toBeGreaterThan(50);
  expect(entries.filter(isForbidden)).toEqual([]);
  expect(granted.filter((grant) => !used.has(grant))).toEqual([...exempt.keys()]);
});

function describeUse({
  verb,
  objectRef: { apiGroup = '', resource = '', subresource } = {},
}: AuditEntry): string {
  return `${apiGroup}/${resource}${subresource === undefined ? '' : `/${subresource}`} ${verb}`;
}

test('its log is one JSON object a line, in which no name stands twice', async () => {
  const lines = (await operator.output()).trimEnd().split('\n');

  expect(lines.length).toBeGreaterThan(20);
  expect(lines.filter((line) => JSON.stringify(JSON.parse(line)) !== line)).toEqual([]);
});

test('no secret is in anything that anybody wrote, at the most talkative log level', async () => {
  expect((await operator.output()).includes('"level":20')).toBe(true);
  await expectNoSecretIn(world);
});
