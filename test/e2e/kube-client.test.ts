/** What `src/kube` takes for granted about an API server, asked of a real one. */
import { readFileSync } from 'node:fs';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { pino } from 'pino';

import type { KubeClient } from '../../src/kube/client.ts';
import { defaultLeaseTimes, leaseType, type Lease } from '../../src/kube/lease-record.ts';
import { LeaseElection } from '../../src/kube/lease.ts';
import { keyOf } from '../../src/kube/object.ts';
import { EventRecorder } from '../../src/kube/recorder.ts';
import { Store, type Change } from '../../src/kube/store.ts';
import { watchResources } from '../../src/kube/watcher.ts';
import { systemClock } from '../../src/lib/clock.ts';
import {
  namespace,
  refusalOf,
  ThingCluster,
  thingType,
  userAgent,
  type Thing,
} from '../kube/thing-cluster.ts';
import { firstStartMs } from '../cluster/control-plane.ts';
import { until } from '../lib/until.ts';

jest.setTimeout(120_000);

const manager = { fieldManager: 'vpe-operator' };
const log = pino({ level: 'silent' });

let cluster: ThingCluster;
let client: KubeClient;
let stop: AbortController;

beforeAll(async () => {
  cluster = await ThingCluster.start();
  client = cluster.client;
}, firstStartMs);

afterAll(async () => cluster.controlPlane.stop());

beforeEach(() => {
  stop = new AbortController();
});

afterEach(() => stop.abort());

describe('list', () => {
  it('goes through pages, and takes any version that is not in the future', async () => {
    const made = await Promise.all(['page-a', 'page-b', 'page-c'].map(async (name) => cluster.make(name)));
    const newest =
      made
        .map(({ metadata }) => metadata.resourceVersion)
        .toSorted()
        .at(-1) ?? '';
    for (const resourceVersion of ['0', newest, undefined]) {
      const names: string[] = [];
      let next: string | undefined;
      do {
        const options = { namespace, limit: 2, resourceVersion, continue: next };
        const page = await client.list<Thing>(thingType, options, stop.signal);
        names.push(...page.items.map((item) => item.metadata.name));
        next = page.continue;
      } while (next !== undefined);
      // Version 0 may answer from a cache that is behind.
      const expected = resourceVersion === '0' ? [] : ['page-a', 'page-b', 'page-c'];
      expect(names).toEqual(expect.arrayContaining(expected));
    }
  });

  it('calls a version of the future expired', async () => {
    const options = { limit: 500, resourceVersion: '900000000' };
    expect(await refusalOf(client.list(thingType, options, stop.signal))).toMatchObject({
      reason: 'expired',
    });
  });

  it('of a type that is not served is absent', async () => {
    const type = { ...thingType, plural: 'nothings' };
    const refusal = await refusalOf(client.list(type, { limit: 1 }, stop.signal));
    expect(refusal).toEqual({ reason: 'absent', status: 404 });
  });
});

describe('applyStatus', () => {
  it('replaces the whole status and says who wrote it', async () => {
    const before = await cluster.make('applied');
    await client.applyStatus(thingType, before, { phase: 'New', count: 1 }, manager, stop.signal);
    const after = await client.applyStatus(thingType, before, { phase: 'Old' }, manager, stop.signal);
    expect(after.status).toEqual({ phase: 'Old' });
    expect(await client.get(thingType, keyOf(before), stop.signal)).toEqual(after);
    expect(after.metadata).not.toHaveProperty('managedFields');
  });

  it('leaves nothing of what another manager has put there', async () => {
    const before = await cluster.make('foreign');
    await client.applyStatus(thingType, before, { count: 7 }, { fieldManager: 'backup' }, stop.signal);
    const after = await client.applyStatus(thingType, before, { phase: 'New' }, manager, stop.signal);
    expect(after.status).toEqual({ phase: 'New' });
  });

  it('writes nothing when nothing differs', async () => {
    const before = await cluster.make('same');
    const once = await client.applyStatus(thingType, before, { phase: 'New' }, manager, stop.signal);
    const twice = await client.applyStatus(thingType, before, { phase: 'New' }, manager, stop.signal);
    expect(twice.metadata.resourceVersion).toBe(once.metadata.resourceVersion);
  });

  it('with a version is refused when the object has changed since', async () => {
    const before = await cluster.make('stale');
    const { resourceVersion } = before.metadata;
    const options = { ...manager, resourceVersion };
    await client.applyStatus(thingType, before, { phase: 'Intent' }, options, stop.signal);
    const again = client.applyStatus(thingType, before, { phase: 'Again' }, options, stop.signal);
    expect(await refusalOf(again)).toEqual({ reason: 'conflict', status: 409 });
    const { status } = await client.get<Thing>(thingType, keyOf(before), stop.signal);
    expect(status).toEqual({ phase: 'Intent' });
  });

  it('does not bring back an object that is gone, and tells one made anew by its version', async () => {
    const before = await cluster.make('anew');
    await cluster.remove('anew');
    const gone = client.applyStatus(thingType, before, { phase: 'Ghost' }, manager, stop.signal);
    expect(await refusalOf(gone)).toEqual({ reason: 'absent', status: 404 });
    const anew = await cluster.make('anew');
    const options = { ...manager, resourceVersion: before.metadata.resourceVersion };
    const wrong = client.applyStatus(thingType, before, { phase: 'Ghost' }, options, stop.signal);
    expect(await refusalOf(wrong)).toEqual({ reason: 'conflict', status: 409 });
    expect(await client.get(thingType, keyOf(before), stop.signal)).toEqual(anew);
  });
});

describe('patchFinalizers', () => {
  const ours = `${thingType.group}/ours`;
  const theirs = `${thingType.group}/theirs`;

  it('adds the first, adds another, and lets go of a deleted object', async () => {
    const bare = await cluster.make('finalized');
    const one = await client.patchFinalizers(thingType, bare, [theirs], stop.signal);
    const two = await client.patchFinalizers(thingType, one, [theirs, ours], stop.signal);
    expect(two.metadata.finalizers).toEqual([theirs, ours]);
    await cluster.remove('finalized');
    const left = await client.patchFinalizers(thingType, two, [theirs], stop.signal);
    expect(left.metadata.deletionTimestamp).toBeDefined();
    await client.patchFinalizers(thingType, left, [], stop.signal);
    const got = client.get(thingType, keyOf(bare), stop.signal);
    expect(await refusalOf(got)).toEqual({ reason: 'absent', status: 404 });
  });

  it('minds no other change, but is refused when the finalizers changed', async () => {
    const bare = await cluster.make('raced');
    await client.applyStatus(thingType, bare, { phase: 'Changed' }, manager, stop.signal);
    const one = await client.patchFinalizers(thingType, bare, [theirs], stop.signal);
    expect(one.metadata.finalizers).toEqual([theirs]);
    const late = client.patchFinalizers(thingType, bare, [ours], stop.signal);
    expect(await refusalOf(late)).toMatchObject({ reason: 'conflict' });
    await client.patchFinalizers(thingType, one, [theirs, ours], stop.signal);
    const removal = client.patchFinalizers(thingType, one, [], stop.signal);
    expect(await refusalOf(removal)).toMatchObject({ reason: 'conflict' });
    const { metadata } = await client.get(thingType, keyOf(bare), stop.signal);
    expect(metadata.finalizers).toEqual([theirs, ours]);
  });

  it('is refused for an object made anew under its name', async () => {
    const before = await cluster.make('finalized-anew');
    await cluster.remove('finalized-anew');
    await cluster.make('finalized-anew');
    const wrong = client.patchFinalizers(thingType, before, [ours], stop.signal);
    expect(await refusalOf(wrong)).toMatchObject({ reason: 'conflict' });
  });

  it('tells an object that is not accepted any more from a lost race', async () => {
    const before = await cluster.make('outlawed', [ours]);
    await cluster.outlaw('outlawed');
    const wrong = client.patchFinalizers(thingType, before, [ours, theirs], stop.signal);
    expect(await refusalOf(wrong)).toEqual({ reason: 'invalid', status: 422 });
    const outdated = { ...before, metadata: { ...before.metadata, finalizers: [theirs] } };
    const late = client.patchFinalizers(thingType, outdated, [], stop.signal);
    expect(await refusalOf(late)).toMatchObject({ reason: 'conflict' });
  });

  it('leaves nothing in the way of a removal that carries what is known', async () => {
    const before = await cluster.make('kept', [ours]);
    const after = await client.patchFinalizers(thingType, before, [], stop.signal);
    expect(after.metadata.finalizers).toBeUndefined();
  });
});

describe('watch', () => {
  it('from an ancient version is expired', async () => {
    const events = client.watch(thingType, { resourceVersion: '1', timeoutSeconds: 60 }, stop.signal);
    const first = events[Symbol.asyncIterator]().next();
    expect(await refusalOf(first)).toMatchObject({ reason: 'expired' });
  });

  it('fills a store, hears of every change, and carries our name', async () => {
    await cluster.make('watched-before');
    const store = new Store<Thing>();
    const changes: Change<Thing>[] = [];
    const options = { namespace, clock: systemClock, random: Math.random, log };
    const watching = (async () => {
      for await (const event of watchResources<Thing>(client, thingType, options, stop.signal)) {
        changes.push(...store.apply(event));
      }
    })();
    await until(() => store.synced && store.get('default/watched-before'), { what: 'the store is filled' });

    const made = await cluster.make('watched');
    await until(() => store.get('default/watched'), { what: 'the new object' });
    const written = await client.applyStatus(thingType, made, { phase: 'Seen' }, manager, stop.signal);
    store.learn(written);
    expect(store.get('default/watched')).toEqual(written);
    await cluster.remove('watched');
    await until(() => store.get('default/watched') === undefined, { what: 'the deletion' });
    stop.abort();
    await watching;

    expect(changes.filter(({ key }) => key === 'default/watched')).toEqual([
      { key: 'default/watched', current: made },
      { key: 'default/watched', previous: made, current: written },
      { key: 'default/watched', previous: written },
    ]);
    const watches = readFileSync(cluster.controlPlane.auditLog, 'utf8')
      .trim()
      .split('\n')
      .map(
        (line) => JSON.parse(line) as { verb: string; userAgent: string; objectRef?: { resource: string } },
      )
      .filter(({ verb, objectRef }) => verb === 'watch' && objectRef?.resource === 'things');
    expect(watches.map((event) => event.userAgent)).toContain(userAgent);
  });

  it('by somebody without the right is denied', async () => {
    const powerless = await cluster.powerless();
    const events = powerless.watch(thingType, { resourceVersion: '0', timeoutSeconds: 60 }, stop.signal);
    const first = events[Symbol.asyncIterator]().next();
    expect(await refusalOf(first)).toEqual({ reason: 'denied', status: 403 });
  });
});

function election(identity: string): LeaseElection {
  return new LeaseElection({
    client,
    namespace,
    name: 'the-lease',
    identity,
    times: { ...defaultLeaseTimes, retryMs: 100 },
    clock: systemClock,
    random: Math.random,
    log,
  });
}

it('leads by a Lease, and hands it over', async () => {
  const first = await election('first').acquire(stop.signal);
  const second = election('second').acquire(stop.signal);
  const read = async (): Promise<Lease> => client.get(leaseType, 'default/the-lease', stop.signal);
  const taken = await read();
  await until(async () => (await read()).spec.renewTime !== taken.spec.renewTime, { what: 'a renewal' });
  expect((await read()).spec).toMatchObject({ holderIdentity: 'first', acquireTime: taken.spec.acquireTime });
  await first.release();
  const leadership = await second;
  expect((await read()).spec).toMatchObject({ holderIdentity: 'second', leaseTransitions: 1 });
  expect(leadership.lost.aborted).toBe(false);
  await leadership.release();
  expect((await read()).spec.holderIdentity ?? '').toBe('');
});

it('records events, equal ones as a series', async () => {
  const about = await cluster.make('eventful');
  const recorder = new EventRecorder({ client, reportingInstance: 'the-pod', clock: systemClock, log });
  const occurrence = {
    type: 'Warning',
    reason: 'Failed',
    action: 'Create',
    note: 'ü'.repeat(2_000),
  } as const;
  recorder.record(about, occurrence);
  recorder.record(about, occurrence);
  recorder.record(about, occurrence);
  await recorder.flush(30_000);
  const asRecorded = {
    reason: 'Failed',
    type: 'Warning',
    series: { count: 3 },
    reportingController: 'vpe-operator.io/vpe-operator',
    reportingInstance: 'the-pod',
  };
  expect(await cluster.eventsAbout(about)).toMatchObject([asRecorded]);
  await cluster.removeEvents();
  recorder.record(about, occurrence);
  await recorder.flush(30_000);
  expect(await cluster.eventsAbout(about)).toMatchObject([{ ...asRecorded, series: { count: 4 } }]);
});

it('reads the uid of a namespace', async () => {
  expect(await client.namespaceUid('kube-system', stop.signal)).toMatch(/^[0-9a-f-]{36}$/);
  const refusal = await refusalOf(client.namespaceUid('no-such', stop.signal));
  expect(refusal).toEqual({ reason: 'absent', status: 404 });
});
