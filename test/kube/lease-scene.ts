/** Candidates for one Lease, against an API server in memory and under a fake clock. */
import { pino } from 'pino';
import { KubeError } from '../../src/kube/errors.ts';
import { defaultLeaseTimes, type Lease } from '../../src/kube/lease-record.ts';
import { LeaseElection, type Leadership, type LeaseOptions } from '../../src/kube/lease.ts';
import { FakeClock } from '../lib/fake-clock.ts';
import { MemoryApi } from './memory-api.ts';

export const leaseKey = 'operator/the-lease';
/** Enough for a candidate to look at the lease once more, whatever the jitter. */
export const oneRetryMs = 2_000 * 2.2;

export class LeaseScene {
  readonly api = new MemoryApi();
  readonly clock = new FakeClock();
  readonly stop = new AbortController();

  election(identity: string, changes: Partial<LeaseOptions> = {}): LeaseElection {
    const { api: client, clock } = this;
    const [namespace = '', name = ''] = leaseKey.split('/');
    return new LeaseElection({
      client,
      namespace,
      name,
      identity,
      times: defaultLeaseTimes,
      clock,
      random: () => 0,
      log: pino({ level: 'silent' }),
      ...changes,
    });
  }

  candidate(identity: string, changes?: Partial<LeaseOptions>): Candidate {
    return new Candidate(this.election(identity, changes), this.stop.signal);
  }

  /** A candidate that leads at once, there being no other. */
  async leader(identity: string, changes?: Partial<LeaseOptions>): Promise<Candidate> {
    const candidate = this.candidate(identity, changes);
    await candidate.ended;
    return candidate;
  }

  spec(): Lease['spec'] {
    return (this.api.objects.get(leaseKey) as Lease).spec;
  }

  /** As somebody else would. */
  async write(spec: Lease['spec']): Promise<void> {
    const lease = this.api.objects.get(leaseKey) as Lease;
    await this.api.replace({} as never, { ...lease, spec }, this.stop.signal);
  }

  /** How many calls of this verb have arrived. */
  count(verb: string): number {
    return this.api.calls.filter((call) => call === `${verb} ${leaseKey}`).length;
  }
}

/** A candidate, and the leadership once it has it. */
export class Candidate {
  leadership: Leadership | undefined;
  readonly ended: Promise<void>;

  constructor(election: LeaseElection, stop: AbortSignal) {
    this.ended = this.#run(election, stop);
  }

  get leads(): boolean {
    return this.leadership !== undefined && !this.leadership.lost.aborted;
  }

  async #run(election: LeaseElection, stop: AbortSignal): Promise<void> {
    this.leadership = await election.acquire(stop).catch(() => undefined);
  }
}

export async function unavailable(): Promise<never> {
  throw new KubeError('down', { reason: 'unavailable' });
}
