/**
 * What a test may do to the network and ask it. It may be used before the network runs, and whatever it says holds
 * from then on.
 */
import type { SettableClock } from '../clock.ts';
import { block, isIn } from './addresses.ts';
import { FaultList } from './fault-list.ts';
import type { AddressFault, AddressSubject, DnsFault, DnsSubject } from './faults.ts';
import { Log, type Connection, type Query } from './logs.ts';

export class NetworkControl {
  readonly dnsFaults: FaultList<DnsFault, DnsSubject>;
  readonly addressFaults: FaultList<AddressFault, AddressSubject>;
  readonly queries: Log<Query>;
  readonly connections: Log<Connection>;
  /** Names, wildcards among them, that the public DNS knows beside those of the cloud's services. */
  readonly names = new Set<string>();
  /** The logical addresses of callers, by the loopback ones that stand for them. */
  readonly #callers = new Map<string, string>();
  readonly #routes = new Set<string>();

  constructor(clock: SettableClock, logLimit?: number) {
    this.dnsFaults = new FaultList(
      clock,
      'dns-fault',
      (rule) =>
        ({ side, name }) =>
          (rule.side ?? side) === side && (rule.name ?? name).toLowerCase() === name.toLowerCase(),
    );
    this.addressFaults = new FaultList(clock, 'address-fault', (rule) => {
      const addresses = block(rule.address);
      return ({ side, address, port }) =>
        isIn(addresses, address) && (rule.port ?? port) === port && (rule.side ?? side) === side;
    });
    this.queries = new Log(logLimit);
    this.connections = new Log(logLimit);
  }

  /** The network has a caller at a place. */
  addCaller({ source, address }: { readonly source: string; readonly address: string }): void {
    this.#callers.set(source, address);
  }

  /** The logical address of a caller; undefined for one that is not in the network. */
  addressOf(source: string): string | undefined {
    return this.#callers.get(source);
  }

  /** Lets two VPCs, given by id, reach each other, as a transit gateway does. */
  addRoute(vpc: string, other: string): void {
    this.#routes.add(routeKey(vpc, other));
  }

  removeRoute(vpc: string, other: string): void {
    this.#routes.delete(routeKey(vpc, other));
  }

  hasRoute(vpc: string, other: string): boolean {
    return vpc === other || this.#routes.has(routeKey(vpc, other));
  }
}

function routeKey(vpc: string, other: string): string {
  return [vpc, other].toSorted().join(' ');
}
