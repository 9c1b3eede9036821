/** What somebody else does to the policy afterwards: found, told, and undone or left as driftPolicy says (design §6). */
import { beforeEach, describe, expect, it } from '@jest/globals';

import type { Key } from '../../../src/kube/object.ts';
import { inShort } from './in-short.ts';
import { type Changes, type PolicyScene } from './scene.ts';
import { usePolicyScenes } from './use-policy-scenes.ts';

let scene: PolicyScene;
let key: Key;
/** What there was of requests and of status writes when the stranger came. */
let before: { readonly requests: number; readonly writes: number };

usePolicyScenes((one) => {
  scene = one;
});

/** As the simulated cloud's stranger is recorded. */
const stranger = 'IBMid-550000AAAA';

type Network = Parameters<PolicyScene['cloud']['control']['setAllowedNetwork']>[1];

function setByStranger(network: Network): void {
  scene.advance(3_600_000);
  scene.cloud.control.setAllowedNetwork(scene.instance.crn, network);
  before = { requests: scene.lastRequest, writes: statusWrites() };
}

function statusWrites(): number {
  return scene.kube.calls.filter(({ verb }) => verb === 'applyStatus').length;
}

function puts(): readonly string[] {
  return scene.calls(before.requests).filter((call) => call.startsWith('PUT'));
}

/** Of the stranger's write, as the service tells it: in whole seconds. */
function strangersTime(): string {
  const written = scene.keys.policies.get('allowedNetwork')?.versions.at(-1);
  return new Date(written?.updatedAtMs ?? NaN).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** Passes until nothing changes any more; what the last one came to. */
async function come(): Promise<string> {
  return inShort(
    await scene.passUntil(key, ({ kind }) => kind === 'settled' || kind === 'stalled', { most: 10 }),
  );
}

/** Has the object, and has the instance made what it says. */
async function settled(changes: Changes): Promise<void> {
  key = scene.make(changes);
  await scene.settle(key);
}

type DriftPolicy = Changes['driftPolicy'];

async function closed(driftPolicy?: DriftPolicy): Promise<void> {
  await settled(driftPolicy === undefined ? {} : { driftPolicy });
}

async function opened(driftPolicy?: DriftPolicy): Promise<void> {
  const allowedNetwork = 'PublicAndPrivate';
  await settled(driftPolicy === undefined ? { allowedNetwork } : { allowedNetwork, driftPolicy });
}

const changes = [
  ['the spec', () => scene.edit(key, { lockoutGuard: { window: '90s' } })],
  ['reconcile-at', () => scene.kube.annotate(key, { 'vpe-operator.io/reconcile-at': 'now' })],
] as const;

describe('an instance that was closed for its object', () => {
  describe.each([undefined, 'Report'] as const)('and that somebody opens, with driftPolicy %s,', (policy) => {
    beforeEach(async () => {
      await closed(policy);
      setByStranger('public-and-private');
    });

    it('stays open, which is found and told with who and when', async () => {
      expect(await scene.checkDrift(key)).toBe(true);
      const { verdict } = await scene.pass(key);
      expect(verdict).toMatchObject({ kind: 'stalled', reason: 'OpenedOutside' });
      const { status } = scene.read(key);
      expect(status).toMatchObject({
        access: 'PublicAndPrivate',
        policy: {
          enabled: true,
          allowedNetwork: 'public-and-private',
          updatedBy: stranger,
          lastUpdated: strangersTime(),
        },
        plan: { total: 1, actions: [{ destructive: true }] },
      });
      const ready = scene.condition(key, 'Ready');
      expect(ready).toMatchObject({ status: 'False', reason: 'OpenedOutside' });
      expect(ready?.message).toContain(`${stranger} opened the instance to the public network`);
      expect(ready?.message).toContain(`at ${strangersTime()}`);
      expect(scene.condition(key, 'Stalled')).toMatchObject({ status: 'True' });
      expect(scene.condition(key, 'Enforced')).toBeUndefined();
    });

    it('is told once, and nothing is written however often it is looked at', async () => {
      for (let passes = 0; passes < 5; passes += 1) {
        await scene.pass(key);
        scene.advance(600_000);
      }
      scene.restart();
      expect(inShort((await scene.pass(key)).verdict)).toBe('stalled OpenedOutside');
      expect(puts()).toEqual([]);
      expect(scene.isClosed).toBe(false);
      expect(statusWrites()).toBe(before.writes + 1);
    });

    it.each(changes)('is closed again, proven anew, after a change of %s', async (_, change) => {
      expect(await come()).toBe('stalled OpenedOutside');
      change();
      await scene.settle(key);
      expect(scene.isClosed).toBe(true);
      expect(scene.calls(before.requests).slice(1)).toEqual([
        ...Array.from({ length: 3 }, () => 'GET private 200'),
        'PUT private 204',
        'GET private 200',
        'GET public 401',
      ]);
      expect(scene.condition(key, 'Enforced')).toMatchObject({ status: 'True' });
      setByStranger('public-and-private');
      expect(await come()).toBe('stalled OpenedOutside');
    });

    it('is as it shall be again once somebody has closed it', async () => {
      expect(await come()).toBe('stalled OpenedOutside');
      scene.cloud.control.setAllowedNetwork(scene.instance.crn, 'private-only');
      expect(await come()).toBe('settled');
      expect(puts()).toEqual([]);
      expect(scene.condition(key, 'Ready')).toMatchObject({ status: 'True' });
    });
  });

  it('and that somebody opens, with driftPolicy Correct, is closed again by itself', async () => {
    await closed('Correct');
    setByStranger('public-and-private');
    expect(await scene.checkDrift(key)).toBe(true);
    await scene.settle(key);
    expect(puts()).toEqual(['PUT private 204']);
    expect(scene.isClosed).toBe(true);
  });

  it('and that somebody else closes as well shows whose record it is, and nothing is written', async () => {
    await closed();
    setByStranger('private-only');
    expect(await scene.checkDrift(key)).toBe(true);
    expect(await come()).toBe('settled');
    expect(puts()).toEqual([]);
    expect(scene.read(key).status?.policy).toMatchObject({
      updatedBy: stranger,
      lastUpdated: strangersTime(),
    });
    expect(await scene.checkDrift(key)).toBe(false);
  });
});

describe('an instance that is open for its object', () => {
  it.each([undefined, 'Correct'] as const)(
    'and that somebody closes, with driftPolicy %s, is opened again by itself',
    async (policy) => {
      await opened(policy);
      expect(await scene.checkDrift(key)).toBe(false);
      setByStranger('private-only');
      expect(await scene.checkDrift(key)).toBe(true);
      expect(await come()).toBe('settled');
      expect(puts()).toEqual(['PUT private 204']);
      expect(scene.isClosed).toBe(false);
      expect(scene.read(key).status).toMatchObject({ access: 'PublicAndPrivate', state: 'Stable' });
      expect(scene.condition(key, 'Enforced')).toBeUndefined();
    },
  );

  describe('and that somebody closes, with driftPolicy Report,', () => {
    beforeEach(async () => {
      await opened('Report');
      setByStranger('private-only');
    });

    it('stays closed, which is found and told once', async () => {
      expect(await scene.checkDrift(key)).toBe(true);
      expect(await come()).toBe('stalled ClosedOutside');
      expect(scene.read(key).status).toMatchObject({
        access: 'PrivateOnly',
        policy: { updatedBy: stranger, lastUpdated: strangersTime() },
        plan: { total: 1 },
      });
      expect(scene.condition(key, 'Ready')?.message).toContain(`${stranger} closed the instance`);
      const writes = statusWrites();
      for (let passes = 0; passes < 3; passes += 1) {
        scene.advance(600_000);
        await scene.pass(key);
      }
      expect(statusWrites()).toBe(writes);
      expect(puts()).toEqual([]);
      expect(scene.isClosed).toBe(true);
    });

    it.each(changes)('is opened after a change of %s', async (_, change) => {
      expect(await come()).toBe('stalled ClosedOutside');
      change();
      expect(await come()).toBe('settled');
      expect(puts()).toEqual(['PUT private 204']);
      expect(scene.isClosed).toBe(false);
    });
  });

  it('and whose policy somebody sets without closing it shows the record, and nothing is written', async () => {
    await opened();
    expect(scene.read(key).status).not.toHaveProperty('policy');
    setByStranger('public-and-private');
    expect(await scene.checkDrift(key)).toBe(true);
    expect(await come()).toBe('settled');
    expect(puts()).toEqual([]);
    expect(scene.read(key).status?.policy).toMatchObject({
      createdBy: stranger,
      creationDate: strangersTime(),
    });
    expect(await scene.checkDrift(key)).toBe(false);
  });
});

describe('an instance that was another way before its object came', () => {
  it('is no drift, whatever driftPolicy says', async () => {
    setByStranger('public-and-private');
    key = scene.make({ driftPolicy: 'Report' });
    await scene.settle(key);
    expect(scene.isClosed).toBe(true);
    scene.edit(key, { allowedNetwork: 'PublicAndPrivate' });
    await scene.settle(key);
    expect(scene.isClosed).toBe(false);
  });
});
