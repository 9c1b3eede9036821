/**
 * Passes against a real API server, as the operator's own ServiceAccount: what the in-memory one of the unit tests
 * takes for granted (preconditions, whole-status applies, finalizers that hold a deletion, defaults).
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { KubeConfig } from '@kubernetes/client-node';

import { findCondition } from '../../src/controller/conditions.ts';
import type { PassResult } from '../../src/controller/reconcile.ts';
import type { GatewayResource } from '../../src/kinds/endpoint-gateway/observed.ts';
import { endpointGatewayType } from '../../src/kinds/endpoint-gateway/types.gen.ts';
import { createKubeClient, type KubeClient } from '../../src/kube/client.ts';
import { KubeError } from '../../src/kube/errors.ts';
import { type Key, keyOf } from '../../src/kube/object.ts';
import { systemClock } from '../../src/lib/clock.ts';
import type { Cloud } from '../cloud/cloud.ts';
import { type ControlPlane, firstStartMs, startControlPlane } from '../cluster/control-plane.ts';
import { install } from '../harness/install.ts';
import { kubectl } from '../harness/kubectl.ts';
import { type Changes, createSettleMs, Scene } from '../kinds/endpoint-gateway/scene.ts';
import { startSceneCloud } from '../kinds/endpoint-gateway/scene-cloud.ts';

jest.setTimeout(120_000);

const signal = new AbortController().signal;
const finalizer = 'vpe-operator.io/endpoint-gateway';
let plane: ControlPlane;
let client: KubeClient;
let cloud: Cloud;
let scene: Scene;
let scenes = 0;

beforeAll(async () => {
  plane = await startControlPlane();
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromFile(await install(plane));
  const options = { userAgent: 'vpe-operator/0.0.0 (e2e)', requestTimeoutMs: 30_000, clock: systemClock };
  client = createKubeClient(kubeConfig, options);
  cloud = await startSceneCloud();
}, firstStartMs);

afterAll(async () => {
  await cloud?.stop();
  await plane?.stop();
});

beforeEach(async () => {
  scenes += 1;
  scene = await Scene.open(cloud, `e2e-${scenes}`);
});

async function apply(changes: Changes = {}): Promise<Key> {
  const manifest = scene.manifest(changes, `gateway-${scenes}`);
  await kubectl(plane, ['apply', '-f', '-'], { input: JSON.stringify(manifest) });
  return keyOf(manifest);
}

/** A command about the object, such as `patch` with its flags. */
async function about(key: Key, verb: string, ...flags: string[]): Promise<void> {
  const [namespace = '', name = ''] = key.split('/');
  await kubectl(plane, [verb, 'epg', name, '-n', namespace, ...flags]);
}

async function read(key: Key): Promise<GatewayResource> {
  return client.get(endpointGatewayType, key, signal);
}

async function isGone(key: Key): Promise<boolean> {
  try {
    await read(key);
    return false;
  } catch (error) {
    if (error instanceof KubeError && error.reason === 'absent') {
      return true;
    }
    throw error;
  }
}

async function pass(key: Key): Promise<PassResult> {
  return scene.passOver(await read(key), client);
}

async function settle(key: Key): Promise<void> {
  for (let passes = 1; (await pass(key)).verdict.kind !== 'settled'; passes += 1) {
    expect(passes).toBeLessThan(10);
    scene.advance();
  }
}

function loseAnswer(operation: string): void {
  cloud.control.faults.add({ operation, times: 1, when: 'after', drop: true });
}

describe('a status', () => {
  it('is never that of a finished object before the first pass', async () => {
    const key = await apply();
    expect((await read(key)).status).toEqual({ observedGeneration: -1 });
  });

  it('loses what the next one leaves out, and keeps what stays as it was', async () => {
    const key = await apply({ ips: [{ subnet: { id: scene.subnet('a1').id } }] });
    await pass(key);
    const before = (await read(key)).status;
    expect(before?.conditions?.map(({ type }) => type)).toEqual([
      'Ready',
      'Reconciling',
      'TargetResolved',
      'ZonesCovered',
    ]);
    scene.advance();
    await settle(key);
    const after = (await read(key)).status;
    expect(after?.conditions?.map(({ type }) => type)).toEqual(['Ready', 'TargetResolved', 'ZonesCovered']);
    expect(after).not.toHaveProperty('createIntent');
    expect(after?.observedGeneration).toBe(1);
  });

  it('is not written again when nothing changed, nor changed by being written again', async () => {
    const key = await apply({ ips: [{ subnet: { id: scene.subnet('a1').id } }] });
    await settle(key);
    const { metadata } = await read(key);
    scene.restart();
    await settle(key);
    expect((await read(key)).metadata.resourceVersion).toBe(metadata.resourceVersion);
  });

  it('that is lost is written anew from what the cloud tells', async () => {
    const key = await apply();
    await settle(key);
    await about(
      key,
      'patch',
      '--subresource=status',
      '--type=json',
      '-p',
      '[{"op": "remove", "path": "/status"}]',
    );
    expect((await read(key)).status).toEqual({ observedGeneration: -1 });
    scene.restart();
    await settle(key);
    expect((await read(key)).status?.id).toBe(scene.gateway.id);
  });
});

describe('an intent', () => {
  it('survives a lost answer, finds the gateway, and is gone then', async () => {
    const key = await apply();
    loseAnswer('create_endpoint_gateway');
    expect((await pass(key)).verdict.kind).toBe('failed');
    const { status } = await read(key);
    expect(status).toMatchObject({ observedGeneration: -1, createIntent: { name: scene.gateway.name } });
    scene.restart();
    await settle(key);
    expect((await read(key)).status).toMatchObject({ id: scene.gateway.id });
    expect((await read(key)).status).not.toHaveProperty('createIntent');
  });

  it('is refused when the object has changed, and then nothing is sent', async () => {
    const key = await apply();
    const stale = await read(key);
    await about(key, 'annotate', 'touched=yes');
    await about(
      key,
      'patch',
      '--type=merge',
      '-p',
      JSON.stringify({ metadata: { finalizers: [finalizer] } }),
    );
    const withFinalizer = { ...stale, metadata: { ...stale.metadata, finalizers: [finalizer] } };
    await expect(scene.passOver(withFinalizer, client)).rejects.toMatchObject({ reason: 'conflict' });
    expect(scene.writes()).toEqual([]);
    expect((await read(key)).status).not.toHaveProperty('createIntent');
  });

  it('of a deleted object is waited out before the object goes', async () => {
    const key = await apply();
    cloud.control.faults.add({ operation: 'create_endpoint_gateway', times: 1, when: 'before', drop: true });
    await pass(key);
    await about(key, 'delete', '--wait=false');
    expect((await pass(key)).verdict).toMatchObject({ kind: 'waiting', reason: 'CreateUnconfirmed' });
    scene.advance(createSettleMs);
    expect((await pass(key)).released).toBe(true);
    expect(await isGone(key)).toBe(true);
  });
});

describe('a finalizer', () => {
  it('is ours before the first write to the cloud, and holds a deletion until the gateway is gone', async () => {
    const key = await apply();
    await settle(key);
    expect((await read(key)).metadata.finalizers).toEqual([finalizer]);
    await about(key, 'delete', '--wait=false');
    await pass(key);
    const { status, metadata } = await read(key);
    expect(metadata.deletionTimestamp).toBeDefined();
    expect(findCondition(status?.conditions, 'Ready')).toMatchObject({ status: 'False', reason: 'Deleting' });
    await settle(key);
    expect(await isGone(key)).toBe(true);
    expect(scene.gateways).toEqual([]);
  });

  it('of somebody else stays, and theirs is the last word', async () => {
    const key = await apply();
    await about(key, 'patch', '--type=merge', '-p', '{"metadata": {"finalizers": ["example.com/theirs"]}}');
    await settle(key);
    await about(key, 'delete', '--wait=false');
    await settle(key);
    expect((await read(key)).metadata.finalizers).toEqual(['example.com/theirs']);
    expect(scene.gateways).toEqual([]);
    await about(key, 'patch', '--type=merge', '-p', '{"metadata": {"finalizers": null}}');
    expect(await isGone(key)).toBe(true);
  });

  it('that somebody edited meanwhile is a conflict, not an overwritten list', async () => {
    const key = await apply();
    const stale = await read(key);
    await about(key, 'patch', '--type=merge', '-p', '{"metadata": {"finalizers": ["example.com/theirs"]}}');
    await expect(scene.passOver(stale, client)).rejects.toMatchObject({ reason: 'conflict' });
    expect((await read(key)).metadata.finalizers).toEqual(['example.com/theirs']);
    await about(key, 'patch', '--type=merge', '-p', '{"metadata": {"finalizers": null}}');
    await about(key, 'delete');
  });
});

it('kubectl waits for Ready, and for the deletion', async () => {
  const key = await apply();
  const ready = about(key, 'wait', '--for=condition=Ready', '--timeout=60s');
  await settle(key);
  await ready;
  await about(key, 'delete', '--wait=false');
  const gone = about(key, 'wait', '--for=delete', '--timeout=60s');
  await settle(key);
  await gone;
  expect(scene.gateways).toEqual([]);
});
