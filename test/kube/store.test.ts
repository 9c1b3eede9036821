import { deepStrictEqual } from 'node:assert';
import { beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { keyOf } from '../../src/kube/object.ts';
import { Store, type Change } from '../../src/kube/store.ts';
import { thing, type Thing } from './scripted-api.ts';

let store: Store<Thing>;

beforeEach(() => {
  store = new Store();
});

function list(...objects: readonly Thing[]): readonly Change<Thing>[] {
  store.apply({ type: 'init' });
  for (const object of objects) {
    store.apply({ type: 'initApply', object });
  }
  return store.apply({ type: 'initDone' });
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

/** What an API server does to the objects of one type, and how a watcher and our own writes tell a store. */
class World {
  readonly store = new Store<Thing>();
  readonly objects = new Map<string, Thing>();
  /** What the changes say there is, for somebody who looks at nothing else. */
  readonly told = new Map<string, Thing>();
  readonly #undelivered: { readonly type: 'apply' | 'delete'; readonly object: Thing }[] = [];
  readonly #answers: Thing[] = [];
  #version = 8;

  create(name: string): void {
    if (!this.objects.has(name)) {
      this.#version += 1;
      this.#write(name, { uid: `uid-${this.#version}` });
    }
  }

  update(name: string, isOurs: boolean): void {
    const before = this.objects.get(name);
    if (before !== undefined) {
      const object = this.#write(name, { uid: before.metadata.uid });
      if (isOurs) {
        this.#answers.push(object);
      }
    }
  }

  delete(name: string): void {
    const before = this.objects.get(name);
    if (before !== undefined) {
      this.#version += 1;
      this.objects.delete(name);
      const object = thing(name, String(this.#version), { uid: before.metadata.uid });
      this.#undelivered.push({ type: 'delete', object });
    }
  }

  learn(): void {
    const answer = this.#answers.shift();
    if (answer !== undefined) {
      this.store.learn(answer);
    }
  }

  deliver(count: number): void {
    for (const event of this.#undelivered.splice(0, count)) {
      this.#tell(this.store.apply(event));
    }
  }

  relist(): void {
    this.#undelivered.length = 0;
    this.store.apply({ type: 'init' });
    for (const object of this.objects.values()) {
      this.store.apply({ type: 'initApply', object });
    }
    this.#tell(this.store.apply({ type: 'initDone' }));
  }

  #write(name: string, metadata: { readonly uid: string }): Thing {
    this.#version += 1;
    const object = thing(name, String(this.#version), metadata);
    this.objects.set(name, object);
    this.#undelivered.push({ type: 'apply', object });
    return object;
  }

  #tell(changes: readonly Change<Thing>[]): void {
    for (const { key, previous, current } of changes) {
      deepStrictEqual(this.told.get(key), previous);
      if (current === undefined) {
        this.told.delete(key);
      } else {
        deepStrictEqual(previous?.metadata.uid ?? current.metadata.uid, current.metadata.uid);
        this.told.set(key, current);
      }
    }
  }
}

const step = fc.oneof(
  fc.record({
    do: fc.constantFrom('create', 'update', 'updateOurs', 'delete'),
    name: fc.constantFrom('a', 'b'),
  }),
  fc.record({ do: fc.constantFrom('learn', 'deliver', 'relist'), count: fc.integer({ min: 1, max: 3 }) }),
);

test('property: whatever the order of events, answers and relists, nothing goes back and all ends well', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const world = new World();
      world.relist();
      for (const action of steps) {
        const before = world.store.list();
        if ('name' in action) {
          take(world, action.do, action.name);
        } else {
          take(world, action.do, '', action.count);
        }
        for (const { metadata } of before) {
          const now = world.store.get(`default/${metadata.name}`)?.metadata;
          const isBack =
            now?.uid === metadata.uid && Number(now.resourceVersion) < Number(metadata.resourceVersion);
          expect(isBack).toBe(false);
        }
      }
      world.deliver(Infinity);
      const expected = Array.from(world.objects.values(), (object) => [keyOf(object), object] as const);
      expect(new Map(world.store.list().map((object) => [keyOf(object), object]))).toEqual(new Map(expected));
      expect(world.told).toEqual(new Map(expected));
    }),
  );
});

function take(world: World, verb: string, name: string, count = 1): void {
  switch (verb) {
    case 'create':
      return world.create(name);
    case 'update':
      return world.update(name, false);
    case 'updateOurs':
      return world.update(name, true);
    case 'delete':
      return world.delete(name);
    case 'learn':
      return world.learn();
    case 'deliver':
      return world.deliver(count);
    default:
      return world.relist();
  }
}
