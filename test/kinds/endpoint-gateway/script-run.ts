/** Plays a script in a scene and holds every state that is to be settled to what was asked, and how it came about. */
import { expect } from '@jest/globals';

import type { Key } from '../../../src/kube/object.ts';
import type { LoggedRequest } from '../../cloud/request-log.ts';
import type { Scene } from './scene.ts';
import type { Script } from './script.ts';
import { asked, held, zonesAsked } from './script-asked.ts';
import type { SpecDraft } from './script-draft.ts';
import { specOf } from './script-spec.ts';
import { disturb, ours } from './script-strangers.ts';
import { zonesLeft } from './script-zones.ts';
import { pass } from './use-scenes.ts';

/** A create that was lost is repeated only once it cannot show any more: so many passes, at a minute each. */
const createSettlePasses = 5;

interface Run {
  readonly scene: Scene;
  readonly script: Script;
  readonly key: Key;
}

export async function play(scene: Scene, script: Script): Promise<void> {
  const { first, second, disturbed } = script;
  const run: Run = { scene, script, key: scene.make(specOf(scene, first, script)) };
  await expectToWait(run);
  await expectToReach(first, run);
  for (const disturbance of disturbed) {
    await disturb(scene, run.key, disturbance);
  }
  const { id } = ours(scene) ?? {};
  const others = (await tagsOfOurs(scene)).filter(
    (tag) => !tag.startsWith('vpe-operator') && first.tags?.includes(tag) !== true,
  );
  scene.kube.edit(run.key, () => scene.manifest(specOf(scene, second, script)).spec);
  await expectToReach(second, run);
  if (ours(scene)?.id === id) {
    expect(await tagsOfOurs(scene)).toEqual(expect.arrayContaining(others));
  }
  await expectToGo(run);
}

/** What is in the way and may not be taken is left alone, until it is gone. */
async function expectToWait({ scene, script, key }: Run): Promise<void> {
  if (script.present !== undefined && script.adoptionPolicy === 'Never') {
    const from = scene.lastRequest;
    expect(await pass(scene, key)).toBe('waiting Collision');
    expect(scene.writes(from)).toEqual([]);
    await disturb(scene, key, 'delete');
  }
}

async function expectToReach(draft: SpecDraft, run: Run): Promise<void> {
  const { scene, script, key } = run;
  const { stateLog } = scene.cloud.control;
  const before = ours(scene)?.id ?? '';
  const since = Math.max(0, stateLog.of(before).length - 1);
  await expectToSettle(run, script.meanwhile);
  const [tags, accessTags] = [await tagsOfOurs(scene), await tagsOfOurs(scene, 'access')];
  expect(held({ gateway: ours(scene), tags, accessTags }, draft, scene)).toEqual(asked(draft, scene));
  expect(tags).toContain(scene.ownTag(key));
  expect(zonesLeft(stateLog.of(before).slice(since), zonesAsked(draft, scene))).toEqual([]);
  await expectQuiet(run);
}

/**
 * Each write, and each lost answer, costs the pass that met it and one that sees what came of it; the last pass sees
 * that all is well. Checks for drift bring another pass each: one for what others did before, one for what they do
 * meanwhile. No write that took effect and was answered is sent twice, unless somebody undoes it meanwhile.
 */
async function expectToSettle(run: Run, meanwhile?: Script['meanwhile']): Promise<void> {
  const { scene, script } = run;
  const from = scene.lastRequest;
  for (const operation of script.lost) {
    const when = script.committed ? 'after' : 'before';
    scene.cloud.control.faults.add({ operation, times: 1, when, drop: true });
  }
  const { passes, failures, checks } = await settle(run, meanwhile);
  const waits = script.lost.includes('create_endpoint_gateway') ? createSettlePasses : 0;
  const writes = writesSince(from, scene);
  expect(checks).toBeLessThanOrEqual(2);
  expect(passes).toBeLessThanOrEqual(2 * (writes.length + failures) + 1 + checks + waits);
  const isUndone = meanwhile !== undefined && meanwhile.what !== 'restart';
  const effects = writes
    .filter(({ committed, dropped }) => committed && dropped !== true)
    .map(({ method, path, query, body }) => JSON.stringify([method, path, query, body]));
  expect(effects).toEqual(isUndone ? effects : [...new Set(effects)]);
}

interface Settled {
  readonly passes: number;
  /** Passes in which an answer, or a call, got lost. */
  readonly failures: number;
  /** Checks for drift that found something. */
  readonly checks: number;
}

/** Until a pass has nothing to do and a check finds nothing, or the object is gone. */
async function settle({ scene, key }: Run, meanwhile: Script['meanwhile']): Promise<Settled> {
  let [failures, checks] = [0, 0];
  for (let passes = 1; passes <= 100; passes += 1) {
    const { verdict } = await scene.pass(key);
    if (verdict.kind === 'settled') {
      scene.cloud.control.faults.clear();
      if (scene.kube.read(key) === undefined || !(await scene.checkDrift(key))) {
        return { passes, failures, checks };
      }
      checks += 1;
    }
    const isLost = verdict.kind === 'failed' && verdict.failure.reason === 'unavailable';
    if (verdict.kind === 'stalled' || (verdict.kind === 'failed' && !isLost)) {
      throw new Error(`a pass came to ${JSON.stringify(verdict)}`);
    }
    failures += isLost ? 1 : 0;
    if (passes === meanwhile?.after) {
      await disturb(scene, key, meanwhile.what);
    }
    scene.advance();
  }
  throw new Error(`not settled after 100 passes: ${JSON.stringify(scene.read(key).status)}`);
}

/** Settled means nothing planned, by a new process, too: no write to the cloud, none to the API server, no drift. */
async function expectQuiet({ scene, key }: Run): Promise<void> {
  const from = scene.lastRequest;
  const { status, metadata } = scene.read(key);
  expect(status).not.toHaveProperty('plan');
  scene.restart();
  expect(await scene.checkDrift(key)).toBe(false);
  expect(await pass(scene, key)).toBe('settled');
  expect(scene.writes(from)).toEqual([]);
  expect(scene.read(key).metadata.resourceVersion).toBe(metadata.resourceVersion);
}

/** What was there before the object stays when it goes, unless the spec says otherwise, and without our tags. */
async function expectToGo(run: Run): Promise<void> {
  const { scene, script, key } = run;
  const gateway = ours(scene);
  const usually = gateway?.origin === 'seed' ? 'Retain' : 'Delete';
  const stays = (script.second.deletionPolicy ?? usually) === 'Retain';
  const ownTag = scene.ownTag(key);
  scene.kube.delete(key);
  await expectToSettle(run);
  expect(scene.kube.read(key)).toBeUndefined();
  expect(ours(scene)?.id).toBe(stays ? gateway?.id : undefined);
  expect(await tagsOfOurs(scene)).not.toContain(ownTag);
}

async function tagsOfOurs(scene: Scene, type: 'user' | 'access' = 'user'): Promise<readonly string[]> {
  const gateway = ours(scene);
  return gateway === undefined ? [] : scene.tagsOf(gateway.crn, type);
}

/** The operator's, whatever became of them. */
function writesSince(after: number, { cloud, account }: Scene): readonly LoggedRequest[] {
  const { id } = cloud.control.account(account);
  return cloud.control.requestLog
    .entries({ after })
    .filter(({ accountId, userAgent }) => accountId === id && userAgent?.startsWith('vpe-operator/') === true)
    .filter(({ method, service }) => method !== 'GET' && service !== 'search' && service !== 'iam');
}
