/** A watcher at work against a scripted API server, under a fake clock, and what it said and did so far. */
import { pino } from 'pino';
import { createKubeClient } from '../../src/kube/client.ts';
import type { Scope } from '../../src/kube/object.ts';
import { Store } from '../../src/kube/store.ts';
import { WatchHealth } from '../../src/kube/watch-health.ts';
import { watchResources, type WatcherEvent, type WatcherReport } from '../../src/kube/watcher.ts';
import { FakeClock } from '../lib/fake-clock.ts';
import { until } from '../lib/until.ts';
import { ScriptedApi, thing, thingType, type Exchange, type Thing } from './scripted-api.ts';

export class WatcherRun {
  readonly api: ScriptedApi;
  readonly clock = new FakeClock();
  readonly store: Store<Thing>;
  readonly health = new WatchHealth(thingType, this.clock);
  readonly events: WatcherEvent<Thing>[] = [];
  readonly reports: WatcherReport[] = [];
  readonly ended: Promise<void>;
  readonly #scope: Scope;
  readonly #stop = new AbortController();

  private constructor(api: ScriptedApi, scope: Scope) {
    this.api = api;
    this.#scope = scope;
    this.store = new Store([scope]);
    this.ended = this.#watch();
  }

  static async start(scope?: Scope): Promise<WatcherRun> {
    return new WatcherRun(await ScriptedApi.start(), scope);
  }

  get paused(): boolean {
    return this.reports.some(({ doing }) => doing === 'pausing');
  }

  abort(): void {
    this.#stop.abort();
  }

  /** Fails if the watcher does not end, or leaves a timer behind. */
  async finish(): Promise<void> {
    this.abort();
    await this.ended;
    await this.api[Symbol.asyncDispose]();
    if (this.clock.delaysMs.length > 0) {
      throw new Error(`timers left: ${this.clock.delaysMs.join(', ')}`);
    }
  }

  /** Up to a watch, not answered yet, at version 10 with one object known. */
  async synced(): Promise<Exchange> {
    (await this.api.next()).page([thing('a', '4')], '10');
    return this.api.next();
  }

  /** Waits for the watcher to pause, lets that time pass, and says how long it was. */
  async passPause(): Promise<number> {
    const report = await until(() => this.reports.findLast(({ doing }) => doing === 'pausing'), {
      what: 'a pause',
    });
    this.reports.length = 0;
    await until(() => this.clock.delaysMs[0] === report.dueMs, { what: 'the pause has begun' });
    const { requests } = this.api;
    await this.clock.advance(report.dueMs - 1);
    if (this.api.requests > requests) {
      throw new Error('it did not wait until the end of its pause');
    }
    await this.clock.advance(1);
    return report.dueMs;
  }

  /** Answers a watch with its headers, and waits until the watcher has them. */
  async open(watching: Exchange): Promise<void> {
    const timers = this.clock.delaysMs.length;
    watching.open();
    await until(() => this.clock.delaysMs.length < timers, { what: 'the connect deadline is lifted' });
  }

  /** Sends a bookmark on an open watch, and waits until it has arrived. */
  async bookmark(watching: Exchange, resourceVersion: string): Promise<void> {
    const heard = this.reports.length;
    watching.bookmark(resourceVersion);
    await until(() => this.reports.length > heard, { what: `the bookmark ${resourceVersion}` });
  }

  async untilKnown(name: string, resourceVersion: string): Promise<void> {
    await until(() => this.store.get(`default/${name}`)?.metadata.resourceVersion === resourceVersion, {
      what: `${name} at ${resourceVersion}`,
    });
  }

  async #watch(): Promise<void> {
    const { clock } = this;
    const client = createKubeClient(this.api.kubeConfig, {
      userAgent: 'test',
      requestTimeoutMs: 30_000,
      clock,
    });
    const onReport = (report: WatcherReport): void => {
      this.reports.push(report);
      this.health.record(report);
    };
    // Without jitter, the backoff is the lowest that there is and every watch asks for 240 s.
    const options = { scope: this.#scope, clock, random: () => 0, log: pino({ level: 'silent' }), onReport };
    for await (const event of watchResources<Thing>(client, thingType, options, this.#stop.signal)) {
      this.events.push(event);
      this.store.apply(event);
    }
  }
}
