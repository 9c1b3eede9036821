import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Scope } from '../../src/kube/object.ts';
import { Store, type Change } from '../../src/kube/store.ts';
import { thing, type Thing } from './scripted-api.ts';

let store: Store<Thing>;

beforeEach(() => {
  store = new Store();
});

function list(...objects: readonly Thing[]): readonly Change<Thing>[] {
  return listScope(undefined, ...objects);
}

function listScope(scope: Scope, ...objects: readonly Thing[]): readonly Change<Thing>[] {
  store.apply({ type: 'init', scope });
  for (const object of objects) {
    store.apply({ type: 'initApply', object, scope });
  }
  return store.apply({ type: 'initDone', scope });
}

describe('list', () => {
  test('is taken over at once: what was stays visible until it is complete', () => {
    list(thing('a', '1'));
    store.apply({ type: 'init' });
    store.apply({ type: 'initApply', object: thing('b', '2') });
    expect(store.list()).toEqual([thing('a', '1')]);
    expect(store.apply({ type: 'initDone' })).toEqual([
      { key: 'default/a', previous: thing('a', '1') },
      { key: 'default/b', current: thing('b', '2') },
    ]);
    expect(store.list()).toEqual([thing('b', '2')]);
  });

  test('is synced by the first complete list, an empty one included', () => {
    store.apply({ type: 'init' });
    expect(store.synced).toBe(false);
    store.apply({ type: 'initDone' });
    expect(store.synced).toBe(true);
    store.apply({ type: 'init' });
    expect(store.synced).toBe(true);
  });

  test('that is refused holds up nobody who waits for what can be known, and is missed all the same', async () => {
    store = new Store(['seen', 'hidden']);
    let isKnown = false;
    const known = (async () => {
      await store.whenKnown;
      isKnown = true;
    })();
    listScope('seen');
    await Promise.resolve();
    expect(isKnown).toBe(false);
    store.apply({ type: 'refused', scope: 'hidden' });
    await known;
    expect(store.unlisted).toEqual(['hidden']);
    listScope('hidden');
    expect(store.synced).toBe(true);
  });

  test('that breaks off and starts over forgets its first part', () => {
    store.apply({ type: 'init' });
    store.apply({ type: 'initApply', object: thing('a', '1') });
    expect(list(thing('b', '2'))).toEqual([{ key: 'default/b', current: thing('b', '2') }]);
  });

  test('reports nothing about what it shows unchanged', () => {
    list(thing('a', '1'), thing('b', '1'));
    expect(list(thing('a', '1'), thing('b', '3'))).toEqual([
      { key: 'default/b', previous: thing('b', '1'), current: thing('b', '3') },
    ]);
  });

  test('shows an object made anew under its name as gone and come', () => {
    list(thing('a', '1'));
    const anew = thing('a', '5', { uid: 'another' });
    expect(list(anew)).toEqual([
      { key: 'default/a', previous: thing('a', '1') },
      { key: 'default/a', current: anew },
    ]);
  });
});

test('the deletion of an unknown object is no change', () => {
  expect(store.apply({ type: 'delete', object: thing('a', '1') })).toEqual([]);
});

describe('learn', () => {
  test('shows our write at once and reports it once, when the watch brings it', () => {
    list(thing('a', '1'));
    store.learn(thing('a', '5'));
    expect(store.get('default/a')).toEqual(thing('a', '5'));
    expect(store.apply({ type: 'apply', object: thing('a', '5') })).toEqual([
      { key: 'default/a', previous: thing('a', '1'), current: thing('a', '5') },
    ]);
  });

  test('an older event does not turn it back, and is reported with what is known by now', () => {
    list(thing('a', '9'));
    store.learn(thing('a', '11', { generation: 2 }));
    const edit = thing('a', '10', { generation: 2 });
    const known = thing('a', '11', { generation: 2 });
    expect(store.apply({ type: 'apply', object: edit })).toEqual([
      { key: 'default/a', previous: thing('a', '9'), current: known },
    ]);
    expect(store.get('default/a')).toEqual(known);
    expect(store.apply({ type: 'apply', object: known })).toEqual([]);
  });

  test('an answer older than what is known, or about an object that is not known, is ignored', () => {
    list(thing('a', '10'));
    store.learn(thing('a', '9'));
    store.learn(thing('gone', '11'));
    expect(store.list()).toEqual([thing('a', '10')]);
  });

  test('versions are compared as integers beyond what a double holds', () => {
    list(thing('a', '9007199254740993'));
    store.learn(thing('a', '9007199254740992'));
    expect(store.get('default/a')?.metadata.resourceVersion).toBe('9007199254740993');
  });

  test('of an object made anew, the end of the old one is still reported', () => {
    list(thing('a', '1'));
    const anew = thing('a', '7', { uid: 'another' });
    store.learn(anew);
    expect(store.apply({ type: 'delete', object: thing('a', '5') })).toEqual([
      { key: 'default/a', previous: thing('a', '1') },
    ]);
    expect(store.get('default/a')).toEqual(anew);
    expect(store.apply({ type: 'apply', object: thing('a', '6', { uid: 'another' }) })).toEqual([
      { key: 'default/a', current: anew },
    ]);
  });
});

describe('a store of two namespaces', () => {
  const one = { namespace: 'one' };
  const two = { namespace: 'two' };

  beforeEach(() => {
    store = new Store(['one', 'two']);
  });

  test('is synced once both have been listed', () => {
    listScope('two');
    listScope('two');
    expect([store.synced, store.unlisted]).toEqual([false, ['one']]);
    listScope('one', thing('a', '1', one));
    expect([store.synced, store.unlisted]).toEqual([true, []]);
  });

  test('finds by the list of one what is gone from there, and from nowhere else', () => {
    listScope('one', thing('a', '1', one), thing('b', '2', one));
    listScope('two', thing('a', '3', two));
    expect(listScope('one', thing('a', '1', one))).toEqual([
      { key: 'one/b', previous: thing('b', '2', one) },
    ]);
    expect(store.list()).toEqual([thing('a', '1', one), thing('a', '3', two)]);
  });

  test('keeps lists apart that come in at the same time', () => {
    store.apply({ type: 'init', scope: 'one' });
    store.apply({ type: 'initApply', object: thing('a', '1', one), scope: 'one' });
    expect(listScope('two', thing('a', '2', two))).toEqual([{ key: 'two/a', current: thing('a', '2', two) }]);
    expect(store.apply({ type: 'initDone', scope: 'one' })).toEqual([
      { key: 'one/a', current: thing('a', '1', one) },
    ]);
  });
});
