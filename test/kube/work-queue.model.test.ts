/** The queue against a model that is nothing but lists, under random commands and a fake clock. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { WorkQueue } from '../../src/kube/work-queue.ts';
import { FakeClock, settle } from '../lib/fake-clock.ts';

interface Item {
  readonly key: string;
  priority: number;
  readonly sinceMs: number;
}

class Model {
  nowMs = 0;
  ready: Item[] = [];
  again: Item[] = [];
  delayed: { readonly key: string; readonly atMs: number; readonly priority: number }[] = [];
  readonly working = new Set<string>();
  readonly handed: string[] = [];
  getters = 0;

  add(key: string, priority: number): void {
    const delayed = this.delayed.find((entry) => entry.key === key);
    this.delayed = this.delayed.filter((entry) => entry !== delayed);
    const list = this.working.has(key) ? 'again' : 'ready';
    const before = this[list].find((item) => item.key === key);
    const next = Math.max(priority, delayed?.priority ?? priority);
    if (before === undefined) {
      this[list].push({ key, priority: next, sinceMs: this.nowMs });
    } else if (next > before.priority) {
      // Raised, it starts at the end of its new priority.
      this[list] = [...this[list].filter((item) => item !== before), { ...before, priority: next }];
    }
    this.#serve();
  }

  addAfter(key: string, delayMs: number, priority: number): void {
    if ([...this.ready, ...this.again].some((item) => item.key === key)) {
      this.add(key, priority);
      return;
    }
    const before = this.delayed.find((entry) => entry.key === key);
    this.delayed = this.delayed.filter((entry) => entry !== before);
    this.delayed.push({
      key,
      atMs: Math.min(this.nowMs + delayMs, before?.atMs ?? Infinity),
      priority: Math.max(priority, before?.priority ?? priority),
    });
  }

  get(): void {
    this.getters += 1;
    this.#serve();
  }

  done(key: string): void {
    this.working.delete(key);
    this.ready.push(...this.again.filter((item) => item.key === key));
    this.again = this.again.filter((item) => item.key !== key);
    this.#serve();
  }

  advance(ms: number): void {
    const untilMs = this.nowMs + ms;
    for (const { key, atMs, priority } of this.delayed.toSorted((a, b) => a.atMs - b.atMs)) {
      if (atMs <= untilMs) {
        this.nowMs = atMs;
        this.add(key, priority);
      }
    }
    this.nowMs = untilMs;
  }

  #serve(): void {
    const highest = Math.max(...this.ready.map(({ priority }) => priority));
    const next = this.ready.find(({ priority }) => priority === highest);
    if (this.getters > 0 && next !== undefined) {
      this.getters -= 1;
      this.ready = this.ready.filter((item) => item !== next);
      this.working.add(next.key);
      this.handed.push(next.key);
    }
  }
}

class Real {
  readonly clock = new FakeClock();
  readonly queue = new WorkQueue(this.clock);
  readonly handed: (string | undefined)[] = [];
}

/** One command for both; afterwards everything that can be seen of the two is the same. */
function command(
  name: string,
  onModel: (model: Model) => void,
  onReal: (real: Real, model: Model) => void | Promise<void>,
  check: (model: Model) => boolean = () => true,
): fc.AsyncCommand<Model, Real> {
  return {
    check,
    toString: () => name,
    run: async (model, real) => {
      await onReal(real, model);
      await settle();
      onModel(model);
      expect(real.handed).toEqual(model.handed);
      expect(real.queue.length).toBe(model.ready.length);
      const oldest = Math.min(model.nowMs, ...model.ready.map(({ sinceMs }) => sinceMs));
      expect(real.queue.oldestWaitMs()).toBe(model.nowMs - oldest);
    },
  };
}

const key = fc.constantFrom('a', 'b', 'c', 'd');
const priority = fc.constantFrom(-100, 0, 1);

const commands = fc.commands(
  [
    fc.tuple(key, priority).map(([k, p]) =>
      command(
        `add(${k}, ${p})`,
        (model) => model.add(k, p),
        ({ queue }) => queue.add(k, { priority: p }),
      ),
    ),
    fc.tuple(key, fc.integer({ min: 1, max: 50 }), priority).map(([k, ms, p]) =>
      command(
        `addAfter(${k}, ${ms}, ${p})`,
        (model) => model.addAfter(k, ms, p),
        ({ queue }) => queue.addAfter(k, ms, { priority: p }),
      ),
    ),
    fc.constant(
      command(
        'get()',
        (model) => model.get(),
        ({ queue, handed }) => void queue.get().then((got) => handed.push(got)),
      ),
    ),
    key.map((k) =>
      command(
        `done(${k})`,
        (model) => model.done(k),
        ({ queue }) => queue.done(k),
        (model) => model.working.has(k),
      ),
    ),
    fc.integer({ min: 1, max: 60 }).map((ms) =>
      command(
        `advance(${ms})`,
        (model) => model.advance(ms),
        async ({ clock }) => clock.advance(ms),
      ),
    ),
  ],
  { maxCommands: 60 },
);

test('property: the queue does what the model does', async () => {
  const property = fc.asyncProperty(commands, async (run) => {
    await fc.asyncModelRun(() => ({ model: new Model(), real: new Real() }), run);
  });
  await expect(fc.assert(property, { numRuns: 200 })).resolves.toBeUndefined();
});
