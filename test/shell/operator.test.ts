import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ResourceEventType, type ResourceEvent, type ResourceMeta } from '@dot-i/k8s-operator';
import { KubeConfig } from '@kubernetes/client-node';
import { pino } from 'pino';

import { ChangeBudget } from '../../src/controller/change-budget.ts';
import { Controller } from '../../src/controller/controller.ts';
import { defaultTimings } from '../../src/controller/timings.ts';
import type { KubeClient } from '../../src/kube/client.ts';
import { KubeError } from '../../src/kube/errors.ts';
import { keyOf, type Key } from '../../src/kube/object.ts';
import { type Box, boxManifest, ToyCloud } from '../controller/toy-kind.ts';
import { FakeClock, settle } from '../lib/fake-clock.ts';
import { Exposed } from './exposed-operator.ts';
import { WatchedKube } from './watched-kube.ts';
import { noPaths } from '../controller/no-paths.ts';

let kube: WatchedKube;
let controller: Controller;
let operator: Exposed;
const key: Key = 'default/box';
const forever = new AbortController().signal;

function create(server = 'http://127.0.0.1:6443', watchNamespaces?: readonly string[]): Exposed {
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromClusterAndUser({ name: 'c', server, skipTLSVerify: true }, { name: 'u' });
  const cloud = new ToyCloud();
  const clock = new FakeClock();
  const log = pino({ level: 'silent' });
  const client = kube as unknown as KubeClient;
  controller = new Controller({
    kind: cloud.kind,
    client,
    accounts: cloud.accounts,
    recorder: { record: () => {} },
    clock,
    random: Math.random,
    log,
    timings: defaultTimings,
    clusterID: 'cluster',
    nodeZones: async () => undefined,
    pathsOf: () => noPaths,
    find: async () => undefined,
    identity: 'process',
    watchNamespaces,
    workers: 0,
    budget: new ChangeBudget(clock, { deletesPerHour: 1 }),
    dryRun: false,
    takeOverFrom: [],
    onPass: () => {},
  });
  return new Exposed({ kubeConfig, client, controllers: [controller], clock, random: Math.random, log });
}

function make(metadata: { finalizers?: string[]; name?: string; namespace?: string } = {}): Box {
  return kube.make(boxManifest({ metadata }));
}

function metaOf({ metadata, apiVersion, kind }: Box): ResourceMeta {
  const { name, namespace, resourceVersion } = metadata;
  return { id: `boxes.${apiVersion}`, name, namespace, resourceVersion, apiVersion, kind };
}

beforeEach(() => {
  kube = new WatchedKube();
  operator = create();
});

afterEach(async () => {
  operator.stop();
  await operator.ended();
});

describe('the lifecycle', () => {
  it('watches every kind, and queues keys in the controller, nothing in the base class', async () => {
    const box = make();
    await controller.run(forever, { signal: forever, fence: () => {} });
    await operator.start();
    await settle();
    expect(controller.store.get(key)).toBe(box);
    expect(controller.queue.length).toBe(1);
    await kube.deliver('ADDED', make({ name: 'other' }));
    expect(controller.queue.length).toBe(2);
    expect(operator.verbs.queueLength()).toBe(0);
    expect(operator.watchHealth).toMatchObject([{ plural: 'boxes', scope: undefined, alive: true }]);
  });

  it('queues no key for a change that is worth no pass, and forgets what is gone', async () => {
    const box = make();
    await controller.run(forever, { signal: forever, fence: () => {} });
    await operator.start();
    await settle();
    const next = await controller.queue.get();
    controller.queue.done(next ?? '');
    await kube.deliver('MODIFIED', {
      ...box,
      metadata: { ...box.metadata, resourceVersion: '900', labels: { a: 'b' } },
    });
    expect(controller.queue.length).toBe(0);
    await kube.deliver('DELETED', box);
    expect(controller.store.list()).toEqual([]);
  });

  it('queues nothing while it does not lead, and every object that there is once it does', async () => {
    make();
    await operator.start();
    await settle();
    await kube.deliver('ADDED', make({ name: 'other' }));
    expect(controller.queue.length).toBe(0);
    await controller.run(forever, { signal: forever, fence: () => {} });
    expect(controller.queue.length).toBe(2);
  });

  it('ends its watches when it is stopped, and says when they have ended', async () => {
    await operator.start();
    await settle();
    expect(kube.openWatches).toBe(1);
    operator.stop();
    await operator.ended();
    expect(kube.openWatches).toBe(0);
  });

  it('watches the configured namespaces, each by itself, into one store', async () => {
    operator = create(undefined, ['default', 'team']);
    make();
    make({ namespace: 'team' });
    await operator.start();
    await settle();
    expect(kube.openWatches).toBe(2);
    expect(operator.watchHealth).toMatchObject([
      { plural: 'boxes', scope: 'default', alive: true },
      { plural: 'boxes', scope: 'team', alive: true },
    ]);
    await controller.run(forever, { signal: forever, fence: () => {} });
    await kube.deliver('ADDED', make({ name: 'other' }));
    expect(controller.queue.length).toBe(3);
    await kube.deliver('DELETED', kube.known('team/box'));
    expect(controller.store.list().map(keyOf)).toEqual(['default/box', 'default/other']);
  });

  it('refuses to watch what no kind is registered for', async () => {
    await expect(operator.verbs.watch('unheard-of')).rejects.toThrow('no kind is registered for unheard-of');
  });
});

describe('inherited verbs', () => {
  beforeEach(async () => {
    make({ finalizers: ['other'] });
    await operator.start();
    await settle();
  });

  it('speak to the cluster that was given, not to the one of the environment', async () => {
    const paths: (string | undefined)[] = [];
    const api = createServer(({ url }, response) => {
      paths.push(url);
      response.setHeader('Content-Type', 'application/json').end('{"items":[]}');
    });
    await once(api.listen(0, '127.0.0.1'), 'listening');
    const { port } = api.address() as AddressInfo;
    try {
      await create(`http://127.0.0.1:${port}`).verbs.coreApi().listNamespace();
    } finally {
      api.closeAllConnections();
      api.close();
    }
    expect(paths).toEqual(['/api/v1/namespaces']);
  });

  it('know where things are', () => {
    const server = 'http://127.0.0.1:6443';
    expect(operator.verbs.uri('test.vpe-operator.io')).toBe(`${server}/apis/test.vpe-operator.io/v1/boxes`);
    expect(operator.verbs.uri('test.vpe-operator.io', 'team')).toBe(
      `${server}/apis/test.vpe-operator.io/v1/namespaces/team/boxes`,
    );
    expect(operator.verbs.uri('')).toBe(`${server}/api/v1/boxes`);
  });

  it('set a status, and answer with the version that it has then', async () => {
    const meta = await operator.verbs.setStatus(metaOf(kube.known(key)), { state: 'Stable' });
    expect(kube.known(key).status).toEqual({ state: 'Stable' });
    expect(meta.resourceVersion).toBe(kube.known(key).metadata.resourceVersion);
  });

  it('patch a status as RFC 7386 says', async () => {
    await operator.verbs.setStatus(metaOf(kube.known(key)), {
      state: 'Stable',
      nested: { a: 1, b: 2 },
      list: [1],
    });
    controller.take({ type: 'apply', object: kube.known(key) });
    await operator.verbs.patchStatus(metaOf(kube.known(key)), {
      state: null,
      nested: { b: 3, c: null },
      list: [2],
    });
    expect(kube.known(key).status).toEqual({ nested: { a: 1, b: 3 }, list: [2] });
  });

  it('are refused when the object has changed since', async () => {
    const meta = metaOf(kube.known(key));
    kube.annotate(key, { a: 'b' });
    await expect(operator.verbs.setStatus(meta, {})).rejects.toMatchObject({ reason: 'conflict' });
    await expect(operator.verbs.patchStatus(meta, {})).rejects.toMatchObject({ reason: 'conflict' });
  });

  it('set finalizers, guarded against those of others', async () => {
    await operator.verbs.setFinalizers(metaOf(kube.known(key)), ['other', 'ours']);
    expect(kube.known(key).metadata.finalizers).toEqual(['other', 'ours']);
    const stale = operator.verbs.setFinalizers(metaOf(kube.known(key)), ['ours']);
    await expect(stale).rejects.toMatchObject({ reason: 'conflict' });
  });

  it('handle a finalizer without touching the object that everybody reads', async () => {
    const box = kube.known(key);
    const event = {
      meta: metaOf(box),
      type: ResourceEventType.Added,
      object: box as unknown as ResourceEvent['object'],
    };
    expect(await operator.verbs.handleFinalizer(event, 'ours', async () => {})).toBe(true);
    expect(kube.known(key).metadata.finalizers).toEqual(['other', 'ours']);
    expect(box.metadata.finalizers).toEqual(['other']);
  });

  it('fail where the API server fails, and where there is no such object or kind', async () => {
    const meta = metaOf(kube.known(key));
    const unknown = { ...meta, name: 'unknown' };
    const { setStatus, patchStatus, setFinalizers } = operator.verbs;
    for (const call of [setStatus(unknown, {}), patchStatus(unknown, {}), setFinalizers(unknown, [])]) {
      await expect(call).rejects.toThrow('no such object: Box default/unknown');
    }
    await expect(setStatus({ ...meta, kind: 'Crate' }, {})).rejects.toThrow('no such object: Crate');
    kube.before = async () => {
      throw new KubeError('forbidden', { reason: 'denied', status: 403 });
    };
    for (const call of [setStatus(meta, {}), patchStatus(meta, {}), setFinalizers(meta, [])]) {
      await expect(call).rejects.toThrow('forbidden');
    }
  });

  it('install no CRD', async () => {
    await expect(operator.verbs.registerCrd()).rejects.toThrow('CRDs are installed from crds/');
  });
});
