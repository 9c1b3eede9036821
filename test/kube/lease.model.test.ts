/**
 * Candidates whose lines to the API server break in every way: whatever happens, no two lead at once, but for one
 * renew deadline after somebody has deleted the Lease or edited it.
 */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { KubeError } from '../../src/kube/errors.ts';
import { defaultLeaseTimes } from '../../src/kube/lease-record.ts';
import type { LeaseOptions } from '../../src/kube/lease.ts';
import type { KubeObject } from '../../src/kube/object.ts';
import type { RawWatchEvent } from '../../src/kube/watch-stream.ts';
import { sleep } from '../../src/lib/clock.ts';
import { type Candidate, LeaseScene, leaseKey } from './lease-scene.ts';
import { hang, type MemoryApi } from './memory-api.ts';

const states = ['up', 'down', 'hangs', 'slow', 'deaf'] as const;
type State = (typeof states)[number];

/** One candidate's way to the API server; `deaf`: what is asked for happens, and no answer comes. */
class Line {
  state: State = 'up';
  readonly #scene: LeaseScene;

  constructor(scene: LeaseScene) {
    this.#scene = scene;
  }

  client(): LeaseOptions['client'] {
    const { api } = this.#scene;
    return {
      get: async (...call) => this.#call(call[2], async () => api.get(...call)),
      create: async (...call) => this.#call(call[2], async () => api.create(...call)),
      replace: async (...call) => this.#call(call[2], async () => api.replace(...call)),
      watch: (...call) => this.#watch(...call),
    };
  }

  async *#watch<T extends KubeObject>(
    ...call: Parameters<MemoryApi['watch']>
  ): AsyncGenerator<RawWatchEvent<T>> {
    await this.#call(call[2], async () => {});
    yield* this.#scene.api.watch<T>(...call);
  }

  async #call<T>(signal: AbortSignal, carryOut: () => Promise<T>): Promise<T> {
    const { state } = this;
    if (state === 'down') {
      throw new KubeError('down', { reason: 'unavailable' });
    }
    if (state === 'hangs') {
      return hang(signal);
    }
    if (state === 'slow') {
      await sleep(this.#scene.clock, 3_000, signal);
    }
    const answer = await carryOut();
    if (state === 'deaf') {
      throw new KubeError('no answer', { reason: 'unavailable' });
    }
    return answer;
  }
}

type Step =
  | { readonly verb: 'pass'; readonly ms: number }
  | { readonly verb: 'cut the leader'; readonly state: State }
  | { readonly verb: 'line'; readonly of: number; readonly state: State }
  | { readonly verb: 'release'; readonly of: number }
  | { readonly verb: 'restart'; readonly of: number }
  | { readonly verb: 'endWatches' | 'mute' | 'unmute' }
  | { readonly verb: 'tamper'; readonly how: 'delete' | 'blank' | 'shorten' };

const of = fc.nat({ max: 2 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ verb: fc.constant('pass'), ms: fc.integer({ min: 1, max: 15_000 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({ verb: fc.constant('cut the leader'), state: fc.constantFrom(...states) }),
  },
  { weight: 3, arbitrary: fc.record({ verb: fc.constant('line'), of, state: fc.constantFrom(...states) }) },
  { weight: 2, arbitrary: fc.record({ verb: fc.constantFrom('release', 'restart'), of }) },
  { weight: 2, arbitrary: fc.record({ verb: fc.constantFrom('endWatches', 'mute', 'unmute') }) },
  {
    weight: 1,
    arbitrary: fc.record({
      verb: fc.constant('tamper'),
      how: fc.constantFrom('delete', 'blank', 'shorten'),
    }),
  },
);

const anyJitter = fc.nat({ max: 99 }).map((percent) => percent / 100);

class Run {
  readonly scene = new LeaseScene();
  readonly lines = [0, 1, 2].map(() => new Line(this.scene));
  readonly candidates: Candidate[] = [];
  /** Who began to lead while another one did, and when nobody had tampered with the Lease. */
  readonly doubles: string[] = [];
  /** Monotonic: until then the one whose Lease was tampered with may not know. */
  #excusedUntilMs = 0;
  readonly #releasing = new Set<Candidate>();
  readonly #jitter: readonly number[];
  #started = 0;

  constructor(jitter: readonly number[]) {
    this.#jitter = jitter;
    this.lines.forEach((_, index) => this.start(index));
  }

  get leaders(): readonly Candidate[] {
    return this.candidates.filter((candidate) => candidate.leads && !this.#releasing.has(candidate));
  }

  /** In the place of the one before, which has ended or leads on. */
  start(index: number): void {
    this.#started += 1;
    const identity = `${index}-${this.#started}`;
    const client = this.lines[index]?.client() ?? this.scene.api;
    const random = (): number => this.#jitter[index] ?? 0;
    const candidate = this.scene.candidate(identity, { client, random });
    this.candidates[index] = candidate;
    void this.#look(candidate, identity);
  }

  async #look(candidate: Candidate, identity: string): Promise<void> {
    await candidate.ended;
    if (candidate.leads) {
      this.check(identity);
    }
  }

  check(what: string): void {
    if (this.leaders.length > 1 && this.scene.clock.monotonic() >= this.#excusedUntilMs) {
      this.doubles.push(what);
    }
  }

  async #tamper(how: 'delete' | 'blank' | 'shorten'): Promise<void> {
    const { api, clock } = this.scene;
    this.#excusedUntilMs = clock.monotonic() + defaultLeaseTimes.renewDeadlineMs;
    if (!api.objects.has(leaseKey)) {
      return;
    }
    if (how === 'delete') {
      api.remove(leaseKey);
    } else {
      const change = how === 'blank' ? { holderIdentity: '' } : { leaseDurationSeconds: 1 };
      await this.scene.write({ ...this.scene.spec(), ...change });
    }
  }

  async release(index: number): Promise<void> {
    const candidate = this.candidates[index];
    if (candidate?.leadership !== undefined && !this.#releasing.has(candidate)) {
      this.#releasing.add(candidate);
      const released = candidate.leadership.release();
      await this.scene.clock.advance(10_000);
      await released;
    }
  }

  async take(action: Step): Promise<void> {
    const { api, clock } = this.scene;
    switch (action.verb) {
      case 'pass':
        return clock.advance(action.ms);
      case 'cut the leader':
        this.lines.forEach((line, index) => {
          line.state = this.candidates[index]?.leads === true ? action.state : 'up';
        });
        return undefined;
      case 'line':
        (this.lines[action.of] as Line).state = action.state;
        return undefined;
      case 'release':
        return this.release(action.of);
      case 'restart':
        if (this.candidates[action.of]?.leadership !== undefined) {
          await this.release(action.of);
          this.start(action.of);
        }
        return undefined;
      case 'endWatches':
        return api.endWatches();
      case 'tamper':
        return this.#tamper(action.how);
      default:
        api.watchesDeliver = action.verb === 'unmute';
        return undefined;
    }
  }
}

test('property: no two lead at once, and in the end one does', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 40 }),
      fc.tuple(anyJitter, anyJitter, anyJitter),
      async (steps, jitters) => {
        const run = new Run(jitters);
        for (const action of steps) {
          await run.take(action);
          run.check(action.verb);
        }
        run.lines.forEach((line) => {
          line.state = 'up';
        });
        for (const index of [0, 1, 2]) {
          await run.take({ verb: 'restart', of: index });
        }
        await run.scene.clock.advance(60_000);
        expect(run.doubles).toEqual([]);
        expect(run.leaders).toHaveLength(1);
        run.scene.stop.abort();
        await run.scene.clock.advance(30_000);
      },
    ),
    { numRuns: 400 },
  );
}, 60_000);
