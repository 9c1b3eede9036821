import { beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';

import { CloudError } from '../../src/cloud/errors.ts';
import { preview, type Preview } from '../../src/controller/preview.ts';
import { FakeClock } from '../lib/fake-clock.ts';
import { MemoryKube } from './memory-kube.ts';
import { type Box, boxManifest, type BoxSpec, ToyCloud } from './toy-kind.ts';
import { noObjects } from './no-objects.ts';
import { noPaths } from './no-paths.ts';

let cloud: ToyCloud;

beforeEach(() => {
  cloud = new ToyCloud();
});

async function look(spec: Partial<BoxSpec> = {}, namespace = 'default'): Promise<Preview> {
  const box = new MemoryKube<Box>().make(boxManifest({ spec, metadata: { namespace } }));
  return preview(box, {
    kind: cloud.kind,
    accounts: cloud.accounts,
    clock: new FakeClock(),
    clusterID: 'cluster',
    nodeZones: async () => undefined,
    paths: noPaths,
    objects: noObjects,
    identity: 'process',
    mayTakeOver: () => false,
    priority: 'user',
    signal: new AbortController().signal,
    log: pino({ level: 'silent' }),
    freshMs: 0,
  });
}

describe('a preview', () => {
  it('is the plan, of which nothing is carried out', async () => {
    const { verdict, actions } = await look();
    expect(verdict).toEqual({ kind: 'differs', message: 'make it; label it' });
    expect(actions.map(({ kind }) => kind)).toEqual(['Make', 'Label']);
    expect(cloud.calls).toEqual(['session', 'observe']);
  });

  it('is settled where the cloud matches', async () => {
    cloud.box = { id: 'box-1', size: 1, labelled: true, busy: false };
    expect(await look()).toEqual({ verdict: { kind: 'settled' }, actions: [] });
  });

  it('says what is in the way, before and after a look', async () => {
    expect((await look({}, 'forbidden')).verdict).toMatchObject({ reason: 'NotAllowed' });
    expect((await look({ suspend: true })).verdict.kind).toBe('paused');
    expect(cloud.calls).toEqual([]);
    cloud.forbidden.add('create');
    expect(await look()).toMatchObject({ verdict: { reason: 'NotAllowed' }, actions: [{}, {}] });
    expect((await look({ managementPolicy: 'Observe' })).verdict.kind).toBe('differs');
  });

  it('says how the cloud failed', async () => {
    const error = new CloudError('no', { reason: 'denied', operation: 'observe' });
    cloud.failures.set('observe', { error });
    expect((await look()).verdict).toMatchObject({ kind: 'failed', failure: { reason: 'denied' } });
  });
});
