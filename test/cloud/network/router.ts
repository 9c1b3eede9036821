/**
 * The way to a destination: callers ask it before each connect, because the machine's own network knows neither sides
 * nor ports of the simulated world. The answer is the loopback address to connect to, all on one port:
 *
 *   - the destination's own (`addresses.ts`) for port 443;
 *   - a made-up one that stands for destination, port and fault, in every other case;
 *   - one at which connects time out, where packets would be lost;
 *   - none, where the connection would be refused.
 */
import type { Destination } from '../../../src/lib/network.ts';
import { addressIn, BLACKHOLE, logicalOf, loopbackOf, MADE_UP } from './addresses.ts';
import { parseRouteQuestion, type RouteQuestion } from './caller.ts';
import type { AddressFaultKind, Treatment } from './faults.ts';
import type { Connection } from './logs.ts';
import type { NetworkControl } from './network-control.ts';
import { meet, type Met } from './reach.ts';
import type { Reply } from './resolver.ts';
import type { Caller, Sides } from './sides.ts';
import type { Known } from './zone.ts';

/** What a loopback address stands for. */
export interface Arrival {
  readonly to: Destination;
  readonly fault?: Treatment;
}

export interface RouterParts {
  readonly known: Known;
  readonly control: NetworkControl;
  readonly sides: Sides;
  /** Waited for before anybody is sent into the blackhole. */
  readonly needBlackhole: () => Promise<void>;
}

const TLS_PORT = 443;
const THIS_MACHINE = '127.0.0.1';

export class Router {
  readonly #parts: RouterParts;
  readonly #madeUp = new Map<string, string>();
  readonly #arrivals = new Map<string, Arrival>();

  constructor(parts: RouterParts) {
    this.#parts = parts;
  }

  /** Answers the question of `caller.ts`. */
  async answer({ name }: { readonly name: string }): Promise<Reply> {
    const question = parseRouteQuestion(name);
    const caller = question && this.#parts.sides.callerAt(question.source);
    if (question === undefined || caller === undefined) {
      return { code: 'SERVFAIL' };
    }
    const address = await this.#wayOf(caller, question);
    return address === undefined ? { code: 'NXDOMAIN' } : { code: 'NOERROR', addresses: [address] };
  }

  /** Undefined when the loopback address stands for nothing in the network. */
  arrivalAt(loopback: string): Arrival | undefined {
    const host = logicalOf(loopback);
    return (
      this.#arrivals.get(loopback) ?? (host === undefined ? undefined : { to: { host, port: TLS_PORT } })
    );
  }

  meet(caller: Caller, to: Destination): Met {
    return meet(this.#parts.known, this.#parts.control, caller, to);
  }

  async #wayOf(caller: Caller, { to }: RouteQuestion): Promise<string | undefined> {
    const met = this.meet(caller, to);
    const fault = this.#parts.control.addressFaults.strike({
      side: caller.side,
      address: to.host,
      port: to.port,
    })?.kind;
    const happens = fault ?? met.kind;
    const logged = { to, met, ...(fault !== undefined && { fault }) };
    if (happens === 'blackhole') {
      this.#log(caller, { ...logged, outcome: 'blackholed' });
      await this.#parts.needBlackhole();
      return BLACKHOLE;
    }
    if (happens === 'refused') {
      this.#log(caller, { ...logged, outcome: 'refused' });
      return undefined;
    }
    return this.#addressFor({ to, ...(isTreatment(fault) && { fault }) });
  }

  #addressFor(arrival: Arrival): string {
    const { to, fault } = arrival;
    const own = loopbackOf(to.host);
    if (own !== undefined && own !== THIS_MACHINE && to.port === TLS_PORT && fault === undefined) {
      return own;
    }
    const key = JSON.stringify([to.host, to.port, fault]);
    const address = this.#madeUp.get(key) ?? addressIn(MADE_UP, this.#madeUp.size + 1);
    this.#madeUp.set(key, address);
    this.#arrivals.set(address, arrival);
    return address;
  }

  /** A connection that will never arrive. */
  #log(
    caller: Caller,
    {
      to,
      met,
      ...rest
    }: Pick<Connection, 'outcome' | 'fault'> & { readonly to: Destination; readonly met: Met },
  ): void {
    const { known, control } = this.#parts;
    const gateway = 'gateway' in met ? met.gateway?.id : undefined;
    control.connections.add({
      atMs: known.world.clock.now(),
      side: caller.side,
      destination: to.host,
      port: to.port,
      bytesReceived: 0,
      ...(gateway !== undefined && { gateway }),
      ...rest,
    });
  }
}

function isTreatment(fault: AddressFaultKind | undefined): fault is Treatment {
  return fault !== undefined && fault !== 'refused' && fault !== 'blackhole';
}
