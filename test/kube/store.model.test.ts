/** A store against the objects of an API server, whatever the order in which it hears of them. */
import { deepStrictEqual } from 'node:assert';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { keyOf, type Key, type Scope } from '../../src/kube/object.ts';
import { Store, type Change } from '../../src/kube/store.ts';
import { thing, type Thing } from './scripted-api.ts';

interface Undelivered {
  readonly type: 'apply' | 'delete';
  readonly object: Thing;
}

/** What an API server does to the objects of one type, and how watchers and our own writes tell a store. */
class World {
  readonly store: Store<Thing>;
  readonly objects = new Map<Key, Thing>();
  /** What the changes say there is, for somebody who looks at nothing else. */
  readonly told = new Map<Key, Thing>();
  readonly #undelivered = new Map<Scope, Undelivered[]>();
  readonly #answers: Thing[] = [];
  #version = 8;

  constructor(scopes: readonly Scope[]) {
    this.store = new Store(scopes);
    scopes.forEach((scope) => this.relist(scope));
  }

  create(key: Key): void {
    if (!this.objects.has(key)) {
      this.#version += 1;
      this.#write(key, `uid-${this.#version}`);
    }
  }

  update(key: Key, isOurs: boolean): void {
    const before = this.objects.get(key);
    if (before !== undefined) {
      const object = this.#write(key, before.metadata.uid);
      if (isOurs) {
        this.#answers.push(object);
      }
    }
  }

  delete(key: Key): void {
    const before = this.objects.get(key);
    if (before !== undefined) {
      this.#version += 1;
      this.objects.delete(key);
      const { name, namespace, uid } = before.metadata;
      this.#send('delete', thing(name, String(this.#version), { namespace, uid }));
    }
  }

  learn(): void {
    const answer = this.#answers.shift();
    if (answer !== undefined) {
      this.store.learn(answer);
    }
  }

  deliver(scope: Scope, count = Infinity): void {
    for (const event of this.#queueOf(scope).splice(0, count)) {
      this.#tell(this.store.apply(event));
    }
  }

  relist(scope: Scope): void {
    this.#queueOf(scope).length = 0;
    this.store.apply({ type: 'init', scope });
    for (const object of this.objects.values()) {
      if (scope === undefined || object.metadata.namespace === scope) {
        this.store.apply({ type: 'initApply', object, scope });
      }
    }
    this.#tell(this.store.apply({ type: 'initDone', scope }));
  }

  #write(key: Key, uid: string): Thing {
    this.#version += 1;
    const [namespace = '', name = ''] = key.split('/');
    const object = thing(name, String(this.#version), { namespace, uid });
    this.objects.set(key, object);
    this.#send('apply', object);
    return object;
  }

  #send(type: Undelivered['type'], object: Thing): void {
    const { namespace } = object.metadata;
    this.#queueOf(this.store.scopes.includes(namespace) ? namespace : undefined).push({ type, object });
  }

  #queueOf(scope: Scope): Undelivered[] {
    const queue = this.#undelivered.get(scope) ?? [];
    this.#undelivered.set(scope, queue);
    return queue;
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

type Step =
  | { readonly verb: 'create' | 'update' | 'updateOurs' | 'delete'; readonly key: Key }
  | { readonly verb: 'learn' }
  | { readonly verb: 'deliver'; readonly scope: Scope; readonly count: number }
  | { readonly verb: 'relist'; readonly scope: Scope };

function stepIn(scopes: readonly Scope[]): fc.Arbitrary<Step> {
  const scope = fc.constantFrom(...scopes);
  return fc.oneof(
    fc.record({
      verb: fc.constantFrom('create', 'update', 'updateOurs', 'delete'),
      key: fc.constantFrom('one/a', 'one/b', 'two/a'),
    }),
    fc.record({ verb: fc.constant('learn') }),
    fc.record({ verb: fc.constant('deliver'), scope, count: fc.integer({ min: 1, max: 3 }) }),
    fc.record({ verb: fc.constant('relist'), scope }),
  );
}

function take(world: World, step: Step): void {
  switch (step.verb) {
    case 'create':
      return world.create(step.key);
    case 'update':
      return world.update(step.key, false);
    case 'updateOurs':
      return world.update(step.key, true);
    case 'delete':
      return world.delete(step.key);
    case 'learn':
      return world.learn();
    case 'deliver':
      return world.deliver(step.scope, step.count);
    case 'relist':
      return world.relist(step.scope);
  }
}

test.each<[what: string, scopes: readonly Scope[]]>([
  ['all namespaces', [undefined]],
  ['two namespaces', ['one', 'two']],
])('property: of %s, whatever the order, nothing goes back and all ends well', (_, scopes) => {
  fc.assert(
    fc.property(fc.array(stepIn(scopes), { maxLength: 60 }), (steps) => {
      const world = new World(scopes);
      for (const step of steps) {
        const before = world.store.list();
        take(world, step);
        for (const object of before) {
          const now = world.store.get(keyOf(object))?.metadata;
          const { uid, resourceVersion } = object.metadata;
          expect(now?.uid === uid && Number(now.resourceVersion) < Number(resourceVersion)).toBe(false);
        }
      }
      scopes.forEach((scope) => world.deliver(scope));
      expect(new Map(world.store.list().map((object) => [keyOf(object), object]))).toEqual(world.objects);
      expect(world.told).toEqual(world.objects);
    }),
  );
});
