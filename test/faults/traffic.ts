/** All that the operators of a lane send: named, counted, written down, held up and interfered with. */
import type { SettableClock } from '../cloud/clock.ts';
import { until } from '../lib/until.ts';
import { type Call, CallCounter, type Moment, type Side } from './boundary.ts';
import { cloudCallName, kubeCallName } from './call-name.ts';
import { Ledger } from './ledger.ts';
import type { Interference } from './interference.ts';
import type { Observers } from './network-calls.ts';
import type { Exchange } from './proxy.ts';

export interface PassingCall {
  readonly moment: Moment;
  readonly exchange: Exchange;
  /** Whose call it is: from 1, in the order in which operators were started. */
  readonly replica: number;
  readonly side: Side;
  readonly name: string;
  /** `undefined` outside of the script's phases. */
  readonly counted: Call | undefined;
}

/** Called at both moments of every call; what it returns happens to the call. */
export type Hook = (call: PassingCall) => Promise<Interference | undefined>;

/** A call that an operator has made. */
export interface Begun {
  readonly replica: number;
  readonly side: Side;
  readonly method: string;
  readonly name: string;
}

/** A call that a server has answered. */
export interface Answered extends Begun {
  readonly status: number | undefined;
  readonly atMs: number;
}

/** Whether the call changes an object or the cloud; events and Leases are no work, nor is asking by POST. */
export function isWrite({ method, name }: Pick<Begun, 'method' | 'name'>): boolean {
  return method !== 'GET' && !/ (events|leases)\b|^POST (token|resources\/search)$/.test(name);
}

export class Traffic {
  readonly counter = new CallCounter();
  readonly ledger = new Ledger();
  readonly begun: Begun[] = [];
  readonly answered: Answered[] = [];
  /** What went wrong in the harness itself. */
  readonly failures: string[] = [];
  /** Decides about calls; without one all of them pass. */
  hook: Hook | undefined;
  readonly #clock: SettableClock;
  readonly #callMs: number;
  #held: Promise<void> | undefined;
  /** Calls that have not been answered yet; a watch is answered when it is open. */
  readonly #underWay: Record<Side, number> = { kube: 0, cloud: 0 };

  /** Each call to the cloud takes `callMs` of the clock. */
  constructor(clock: SettableClock, callMs: number) {
    this.#clock = clock;
    this.#callMs = callMs;
  }

  get isIdle(): boolean {
    return this.#underWay.kube === 0 && this.#underWay.cloud === 0;
  }

  /** How many calls of this name the servers have answered so far. */
  count(name: string): number {
    return this.answered.filter((call) => call.name === name).length;
  }

  /** Does something to the cloud while no operator has a call under way; calls that come meanwhile wait. */
  async whileCloudIsHeld(work: () => Promise<void>): Promise<void> {
    const held = Promise.withResolvers<void>();
    this.#held = held.promise;
    try {
      await until(() => this.#underWay.cloud === 0, { what: 'no call to the cloud is under way' });
      await work();
    } finally {
      this.#held = undefined;
      held.resolve();
    }
  }

  observers(replica: number, side: Side): Observers {
    const nameOf = side === 'kube' ? kubeCallName : cloudCallName;
    const counted = new WeakMap<Exchange, Call | undefined>();
    const meet = async (moment: Moment, exchange: Exchange): Promise<Interference | undefined> =>
      this.hook?.({
        moment,
        exchange,
        replica,
        side,
        name: nameOf(exchange),
        counted: counted.get(exchange),
      });
    return {
      before: async (exchange) => {
        if (side === 'cloud') {
          await this.#held;
        }
        this.#underWay[side] += 1;
        counted.set(exchange, this.counter.next(replica, side, nameOf(exchange)));
        this.begun.push({ replica, side, method: exchange.method, name: nameOf(exchange) });
        this.ledger.begun(exchange, this.#clock.now());
        const interference = await meet('before', exchange);
        if (interference !== undefined) {
          this.ledger.told(exchange, interference);
          this.#underWay[side] -= 1;
        } else if (side === 'cloud') {
          this.#clock.advance(this.#callMs);
        }
        return interference;
      },
      after: async (exchange) => {
        this.ledger.served(replica, exchange, this.#clock.now());
        const interference = await meet('after', exchange);
        this.ledger.told(exchange, interference);
        this.#underWay[side] -= 1;
        const { method, status } = exchange;
        this.answered.push({ replica, side, method, name: nameOf(exchange), status, atMs: Date.now() });
        return interference;
      },
    };
  }
}
