import { beforeEach, describe, expect, it } from '@jest/globals';

import { sweepOrphans } from '../../src/controller/sweep.ts';
import { now } from './samples.ts';
import { everyMs, SweepScene } from './sweep-scene.ts';

let scene: SweepScene;

beforeEach(() => {
  scene = new SweepScene();
});

describe('reported, by an event of the operator’s own object and a count, is', () => {
  it('what carries the tag of an object that does not exist', async () => {
    scene.hold('healthy');
    scene.put('healthy');
    scene.put('orphan');
    await scene.sweep();
    expect(scene.counts).toEqual({ default: 1 });
    expect(scene.events).toEqual([
      { about: 'the-lease', note: expect.stringContaining('name-orphan (id-orphan)') },
    ]);
  });

  it('nothing of an object that is being deleted, or whose uid differs in case only', async () => {
    scene.hold('deleting', { metadata: { deletionTimestamp: now } });
    scene.put('deleting');
    scene.hold('case');
    scene.put('CASE');
    await scene.sweep(2);
    expect(scene.counts).toEqual({ default: 0 });
    expect(scene.events).toEqual([]);
  });

  it('nothing while it is not known which objects there are', async () => {
    scene = new SweepScene({ known: false });
    scene.put('of-an-object-not-listed-yet');
    await scene.sweep(2);
    expect(scene.counts).toEqual({});
    scene.store.apply({ type: 'initDone' });
    await scene.sweep();
    expect(scene.counts).toEqual({ default: 1 });
  });

  it('nothing of an object of another kind, of which the tag says nothing', async () => {
    scene.hold('other', {}, scene.otherStore);
    scene.put('other');
    await scene.sweep(2);
    expect(scene.counts).toEqual({ default: 0 });
  });

  it('nothing while it is not known which objects of another kind there are', async () => {
    scene = new SweepScene({ othersKnown: false });
    scene.put('of-an-object-not-listed-yet');
    await scene.sweep(2);
    expect(scene.counts).toEqual({});
  });

  it('nothing that is being deleted itself', async () => {
    scene.put('leaving', { leaving: true });
    await scene.sweep(3);
    expect(scene.counts).toEqual({ default: 0 });
    expect(scene.events).toEqual([]);
  });

  it('what is not located, once it is there a second time', async () => {
    scene.put('lost', { region: 'eu-de' });
    const counts: (number | undefined)[] = [];
    await scene.sweep(2, () => counts.push(scene.counts['default']));
    expect(counts).toEqual([0, 1]);
    expect(scene.events[0]?.note).toContain('not located in us-south');
  });

  it('an orphan again by every sweep, until it is gone', async () => {
    scene.put('orphan');
    await scene.sweep(2);
    expect(scene.counts).toEqual({ default: 1 });
    expect(scene.reported).toEqual(['orphan', 'orphan']);
    scene.things = [];
    await scene.sweep();
    expect(scene.counts).toEqual({ default: 0 });
    expect(scene.reported).toEqual(['orphan', 'orphan']);
  });
});

describe('while a sweep runs', () => {
  it.each(['tags', 'things'])('an object that goes after the %s were listed is no loss', async (when) => {
    scene.hold('going');
    scene.put('going');
    // Something to look for, so that things are listed at all.
    scene.put('orphan');
    scene.meanwhile = (listed) => {
      if (listed === when) {
        scene.remove('going');
      }
    };
    await scene.sweep();
    expect(scene.reported).toEqual(['orphan']);
  });

  it.each(['tags', 'things'])('an object that comes after the %s were listed is seen', async (when) => {
    scene.put('coming');
    scene.put('orphan');
    scene.meanwhile = (listed) => {
      if (listed === when) {
        scene.hold('coming');
      }
    };
    await scene.sweep();
    expect(scene.counts).toEqual({ default: 1 });
    expect(scene.reported).toEqual(['orphan']);
  });

  it('its end ends it, and nothing is reported then', async () => {
    scene.put('orphan');
    const stop = new AbortController();
    scene.meanwhile = () => stop.abort();
    const sweeping = sweepOrphans(scene.deps, stop.signal);
    await scene.clock.advance(everyMs);
    await sweeping;
    expect(scene.counts).toEqual({});
    expect(scene.clock.delaysMs).toEqual([]);
  });
});

describe('the pause before a sweep', () => {
  it.each([
    ['the first', everyMs, 0, 60_000],
    ['the first', everyMs, 0.5, 180_000],
    ['the first, when sweeps are rare', 24 * everyMs, 0.999, 299_760],
    ['the first, when sweeps are frequent', 30_000, 0.5, 30_000],
  ])('is for %s short, and never longer than the interval', async (_, interval, random, dueMs) => {
    const stop = new AbortController();
    const sweeping = sweepOrphans({ ...scene.deps, everyMs: interval, random: () => random }, stop.signal);
    expect(scene.clock.delaysMs).toEqual([dueMs]);
    stop.abort();
    await sweeping;
  });

  it.each([
    [0, 0.8],
    [1, 1.2],
  ])('is for the others the interval ± 20 %% (%d)', async (random, factor) => {
    const stop = new AbortController();
    const sweeping = sweepOrphans({ ...scene.deps, random: () => random }, stop.signal);
    await scene.clock.advance(300_000);
    const sinceFirstMs = 300_000 - (1 + 4 * random) * 60_000;
    expect(scene.clock.delaysMs).toEqual([factor * everyMs - sinceFirstMs]);
    stop.abort();
    await sweeping;
  });
});

describe('looked at are', () => {
  it('no regions while nothing is suspect', async () => {
    scene.hold('healthy');
    scene.put('healthy');
    await scene.sweep(3);
    expect(scene.counts).toEqual({ default: 0 });
    expect(scene.looks).toEqual([]);
  });

  it('the regions of objects now and before, until everything is located', async () => {
    scene.hold('healthy', { spec: { region: 'eu-de' } });
    scene.put('a', { region: 'eu-de' });
    scene.put('b', { region: 'eu-de' });
    scene.used = { default: ['jp-tok', 'eu-de', 'us-south'] };
    await scene.sweep();
    expect(scene.looks).toEqual(['default/jp-tok', 'default/eu-de']);
    expect(scene.reported).toEqual(['a', 'b']);
  });

  it('no regions again in which something was not found', async () => {
    scene.put('lost', { region: 'eu-de' });
    await scene.sweep(3);
    expect(scene.looks).toEqual(['default/us-south']);
    expect(scene.events.at(-1)?.note).toContain('not located in us-south');
  });

  it('regions that are new, for what was not found in the others', async () => {
    scene.put('lost', { region: 'eu-de' });
    await scene.sweep(2, () => {
      scene.used = { default: ['us-south', 'eu-de'] };
    });
    expect(scene.looks).toEqual(['default/us-south', 'default/eu-de']);
    expect(scene.events.map(({ note }) => note)).toEqual([expect.stringContaining('in region eu-de')]);
  });

  it('regions again of which not everything could be looked at', async () => {
    scene.put('lost', { region: 'eu-de' });
    scene.unread.add('default/us-south');
    await scene.sweep(2);
    expect(scene.looks).toEqual(['default/us-south', 'default/us-south']);
    expect(scene.events.at(-1)?.note).not.toContain('us-south');
  });

  it('other regions, too, for what is leaving in one of them', async () => {
    scene.used = { default: ['us-south', 'eu-de'] };
    scene.put('two', { leaving: true });
    scene.put('two', { region: 'eu-de' });
    await scene.sweep();
    expect(scene.events[0]?.note).toContain('in region eu-de');
  });

  it('not the regions of objects that may not use the account, or use another one', async () => {
    scene.hold('closed', { spec: { region: 'eu-de' }, metadata: { namespace: 'closed' } });
    scene.hold('other', { spec: { region: 'eu-gb', account: 'other' } });
    scene.put('a', { region: 'nowhere' });
    scene.used = { default: [] };
    await scene.sweep();
    expect(scene.looks).toEqual([]);
  });

  it('no places at all for a kind that cannot be searched', async () => {
    const { orphans: _, ...kind } = scene.deps.controller.kind;
    scene.put('orphan');
    await scene.sweep(2, undefined, { ...scene.deps, controller: { kind, store: scene.store } });
    expect(scene.counts).toEqual({});
  });
});

describe('trouble', () => {
  it('with one account is not the others’', async () => {
    scene.used = { default: ['us-south'], other: ['us-south'] };
    scene.put('a');
    scene.put('b', { account: 'other' });
    scene.broken.add('default');
    await scene.sweep();
    expect(scene.counts).toEqual({ other: 1 });
    expect(scene.reported).toEqual(['b']);
  });

  it('with one region does not hide what another one holds', async () => {
    scene.used = { default: ['eu-de', 'us-south'] };
    scene.broken.add('default/eu-de');
    scene.put('a');
    await scene.sweep();
    expect(scene.reported).toEqual(['a']);
  });

  it('with a region is not told as if it had been searched', async () => {
    scene.used = { default: ['eu-de', 'us-south'] };
    scene.broken.add('default/eu-de');
    scene.put('lost', { region: 'jp-tok' });
    await scene.sweep(2);
    expect(scene.events[0]?.note).toContain('not located in us-south)');
  });

  it('with a region does not make an orphan in it forgotten', async () => {
    scene.put('a');
    await scene.sweep(2, () => scene.broken.add('default/us-south'));
    expect(scene.events.map(({ note }) => note)).toEqual([
      expect.stringContaining('name-a (id-a) in region us-south'),
      expect.stringContaining('name-a (id-a) in region us-south'),
    ]);
  });

  it('with a region over, what is no longer found in it is not said to be there', async () => {
    scene.put('a');
    const next = [(): void => void scene.broken.add('default/us-south'), (): void => scene.broken.clear()];
    await scene.sweep(3, () => {
      scene.things = [];
      scene.put('a', { region: 'jp-tok' });
      next.shift()?.();
    });
    expect(scene.counts).toEqual({ default: 1 });
    expect(scene.events.at(-1)?.note).toContain('not located in us-south');
  });

  it('is over with the next sweep', async () => {
    scene.put('a');
    scene.broken.add('default');
    await scene.sweep(2, () => scene.broken.clear());
    expect(scene.counts).toEqual({ default: 1 });
  });

  it('in between does not make a suspect new again', async () => {
    scene.put('lost', { region: 'eu-de' });
    const broken = [['default'], [], []];
    await scene.sweep(3, () => {
      scene.broken.clear();
      broken.shift()?.forEach((what) => scene.broken.add(what));
    });
    expect(scene.reported).toEqual(['lost']);
  });

  it('with the operator’s own object costs the events, not the count', async () => {
    scene.put('a');
    await scene.sweep(1, undefined, {
      ...scene.deps,
      self: async () => Promise.reject(new Error('no lease')),
    });
    expect(scene.counts).toEqual({ default: 1 });
    expect(scene.events).toEqual([]);
  });
});
