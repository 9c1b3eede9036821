import { beforeEach, expect, it } from '@jest/globals';
import { pino } from 'pino';

import type { CommonStatus, Resource } from '../../src/controller/kind.ts';
import {
  IntentLost,
  type StatusWriter,
  writeIntent,
  writeStatus,
} from '../../src/controller/write-status.ts';
import { KubeError } from '../../src/kube/errors.ts';
import { keyOf } from '../../src/kube/object.ts';
import { MemoryKube } from './memory-kube.ts';
import { resource } from './samples.ts';
import { boxType } from './toy-kind.ts';

const { signal } = new AbortController();
let kube: MemoryKube<Resource>;
let made: Resource;
let writer: StatusWriter;

beforeEach(() => {
  kube = new MemoryKube();
  made = kube.make(resource());
  writer = { client: kube, type: boxType, log: pino({ level: 'silent' }) };
});

it('sends a status only when it differs, whatever the order of its fields', async () => {
  const next: CommonStatus = { state: 'Stable', observedGeneration: 3 };
  const written = await writeStatus(writer, made, next, signal);
  expect(written.status).toEqual(next);
  await writeStatus(writer, written, { observedGeneration: 3, state: 'Stable' }, signal);
  expect(kube.calls).toHaveLength(1);
});

it('stores an intent on condition of the version that was decided on', async () => {
  kube.annotate(keyOf(made), { touched: 'yes' });
  const writing = writeIntent(writer, made, { state: 'Pending' }, signal);
  await expect(writing).rejects.toMatchObject({ name: 'KubeError', reason: 'conflict' });
  expect(kube.read(keyOf(made))?.status).toEqual({ observedGeneration: -1 });
});

it('reads an intent back, and does not take it as stored when the object changed meanwhile', async () => {
  const stored = await writeIntent(writer, made, { state: 'Pending' }, signal);
  expect(kube.calls.map(({ verb }) => verb)).toEqual(['applyStatus', 'get']);
  expect(stored).toBe(kube.read(keyOf(made)));
  kube.before = async ({ verb }) => {
    if (verb === 'get') {
      kube.edit(keyOf(made), (spec) => ({ ...spec, suspend: true }));
    }
  };
  await expect(writeIntent(writer, stored, { state: 'Updating' }, signal)).rejects.toBeInstanceOf(IntentLost);
});

it('goes on when the object, but not its status, has changed meanwhile', async () => {
  kube.annotate(keyOf(made), { touched: 'yes' });
  kube.edit(keyOf(made), (spec) => ({ ...spec, suspend: true }));
  const written = await writeStatus(writer, made, { state: 'Pending' }, signal);
  expect(written.status).toEqual({ state: 'Pending' });
  expect(written.spec.suspend).toBe(true);
});

it('does not replace a status that somebody else has written meanwhile', async () => {
  const theirs: CommonStatus = { state: 'Updating' };
  await writeStatus(writer, made, theirs, signal);
  const late = writeStatus(writer, made, { state: 'Pending' }, signal);
  await expect(late).rejects.toMatchObject({ name: 'KubeError', reason: 'conflict' });
  expect(kube.read(keyOf(made))?.status).toEqual(theirs);
});

it('does not write to an object that was made anew under the same name', async () => {
  kube.delete(keyOf(made));
  const anew = kube.make({ ...made, metadata: { ...made.metadata, uid: 'uid-2' } });
  const late = writeStatus(writer, made, { state: 'Pending' }, signal);
  await expect(late).rejects.toMatchObject({ reason: 'conflict' });
  expect(kube.read(keyOf(anew))?.status).toEqual({ observedGeneration: -1 });
});

it('leaves an object that changes all the time to a later pass', async () => {
  let edits = 0;
  kube.before = async ({ verb }) => {
    if (verb === 'applyStatus') {
      edits += 1;
      kube.annotate(keyOf(made), { edit: String(edits) });
    }
  };
  await expect(writeStatus(writer, made, { state: 'Pending' }, signal)).rejects.toMatchObject({
    reason: 'conflict',
  });
  expect(edits).toBe(4);
});

it('does not ask again when it is refused although nothing has changed', async () => {
  kube.before = async ({ verb }) => {
    if (verb === 'applyStatus') {
      throw new KubeError('refused', { reason: 'conflict', status: 409 });
    }
  };
  await expect(writeStatus(writer, made, { state: 'Pending' }, signal)).rejects.toMatchObject({
    reason: 'conflict',
  });
  expect(kube.calls.map(({ verb }) => verb)).toEqual(['applyStatus', 'get']);
});
