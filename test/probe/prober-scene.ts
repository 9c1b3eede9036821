/** A prober that runs by a fake clock in a scripted network, and what it said. */
import { expect } from '@jest/globals';
import { pino } from 'pino';
import type { ProbeRecord } from '../../src/probe/ask.ts';
import { type ProbeOptions, Prober } from '../../src/probe/prober.ts';
import { FakeClock } from '../lib/fake-clock.ts';
import { ScriptedNetwork } from './scripted-network.ts';

export class ProberScene {
  readonly clock = new FakeClock();
  readonly network = new ScriptedNetwork(this.clock);
  readonly prober: Prober;
  /** The middle, in which jitter does nothing. */
  random = 0.5;
  /** Keys whose verdicts changed, in order. */
  readonly changes: string[] = [];
  readonly results: ProbeRecord[] = [];
  /** Lines of the log. */
  readonly logged: string[] = [];
  #stop = new AbortController();
  #running: Promise<void> = Promise.resolve();

  /** `onChange` is called as the prober's own is. */
  constructor(options: ProbeOptions, onChange?: (key: string) => void) {
    this.prober = new Prober({
      network: this.network,
      clock: this.clock,
      random: () => this.random,
      options,
      onResult: (record) => this.results.push(record),
      onChange: (key) => {
        this.changes.push(key);
        onChange?.(key);
      },
      log: pino({ base: null }, { write: (line) => void this.logged.push(line) }),
    });
    this.run();
  }

  run(): void {
    this.#stop = new AbortController();
    this.#running = this.prober.run(this.#stop.signal);
  }

  /** Ends the run; nothing must be left then, wherever it was. */
  async end(): Promise<void> {
    this.#stop.abort(new Error('the Lease is lost'));
    await this.#running;
    expectNothingLeft(this);
  }

  get underWay(): { readonly lookups: number; readonly sockets: number } {
    return { lookups: this.network.underWay, sockets: this.network.openSockets };
  }
}

function expectNothingLeft({ underWay, clock }: ProberScene): void {
  expect(underWay).toEqual({ lookups: 0, sockets: 0 });
  expect(clock.delaysMs).toEqual([]);
}
