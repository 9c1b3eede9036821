/** What a path that comes and goes does to the status: nothing; and one that goes for good, or comes back: one write. */
import { beforeEach, expect, it } from '@jest/globals';

import type { Key } from '../../../../src/kube/object.ts';
import { until } from '../../../lib/until.ts';
import { keyProtect } from '../scene.ts';
import { addresses } from './diagnoses.ts';
import type { ProvenScene } from './proven-scene.ts';
import { useProvenScenes } from './use-proven-scenes.ts';

const { open } = useProvenScenes();
let proven: ProvenScene;
let key: Key;

beforeEach(async () => {
  proven = await open();
  // One address and one port: a round opens one connection.
  key = proven.scene.make({ target: { crn: keyProtect }, ips: [{ subnet: { name: 'a1' } }] });
  await proven.scene.settle(key);
  await proven.expectToShow(key, 'Reachable', { status: 'True' });
  await proven.expectToShow(key, 'DNSVerified', { status: 'True' });
  proven.follow();
});

/** Writes of the status since then. */
function writesSince(first: number): number {
  return proven.scene.kube.calls.slice(first).filter(({ verb }) => verb === 'applyStatus').length;
}

const calls = (): number => proven.scene.kube.calls.length;
const statusOf = (type: string): string | undefined => proven.condition(key, type)?.status;

it('every second connection fails: nothing is written', async () => {
  const { network } = proven;
  const [from, changes] = [calls(), proven.changes.length];
  network.addressFaults.add({ kind: 'refused', address: addresses[0], every: 2 });
  const struck = (): number => network.addressFaults.list()[0]?.struck ?? 0;
  await until(() => struck() >= 15, { what: '15 of 30 connections have failed' });
  expect(proven.changes).toHaveLength(changes);
  expect(writesSince(from)).toBe(0);
  expect(statusOf('Reachable')).toBe('True');
});

it('every second answer is wrong: nothing is written', async () => {
  const { network, scene } = proven;
  const from = calls();
  network.dnsFaults.add({ kind: 'classic', side: scene.vpc.id, every: 2 });
  const struck = (): number => network.dnsFaults.list()[0]?.struck ?? 0;
  await until(() => struck() >= 15, { what: '15 of 30 answers were wrong' });
  expect(writesSince(from)).toBe(0);
  expect(statusOf('DNSVerified')).toBe('True');
});

it('two failures in a row are noise', async () => {
  const { network } = proven;
  const from = calls();
  network.addressFaults.add({ kind: 'refused', address: addresses[0], count: 2 });
  const { length } = network.connections.entries();
  await until(() => network.connections.entries().length >= length + 10, { what: '10 connections' });
  expect(network.addressFaults.list()).toMatchObject([{ struck: 2 }]);
  expect(writesSince(from)).toBe(0);
});

it('three failures of five are reported, and three successes after them, with one write each', async () => {
  const { network } = proven;
  const from = calls();
  network.addressFaults.add({ kind: 'refused', address: addresses[0], count: 3 });
  const { length } = network.connections.entries();
  await until(() => statusOf('Reachable') === 'False', { what: 'the failure is told' });
  expect(network.addressFaults.list()).toMatchObject([{ struck: 3 }]);
  await until(() => statusOf('Reachable') === 'True', { what: 'the recovery is told' });
  expect(network.connections.entries().length).toBeGreaterThanOrEqual(length + 3 + 3);
  expect(writesSince(from)).toBe(2);
});

it('a path that is dead costs one write, however long it is', async () => {
  const { network } = proven;
  const from = calls();
  network.addressFaults.add({ kind: 'refused', address: addresses[0] });
  const struck = (): number => network.addressFaults.list()[0]?.struck ?? 0;
  await until(() => struck() >= 20, { what: '20 connections have failed' });
  expect(statusOf('Reachable')).toBe('False');
  expect(writesSince(from)).toBe(1);
});
