/**
 * What each gateway was, and since when: one entry per change of anything a spec can ask for. An oracle asks it
 * at what time the cloud first held a given state, independently of what any client saw. Only the last `limit`
 * entries of all are kept.
 */
import { isDeepStrictEqual } from 'node:util';
import type { EndpointGateway, HealthState, LifecycleState } from './vpc/model.ts';
import { formatAddress } from './vpc/addresses.ts';

export interface HeldIP {
  readonly id: string;
  /** `0.0.0.0` while being chosen. */
  readonly address: string;
  readonly name: string;
  readonly subnet: string;
  readonly subnetName: string;
  readonly zone: string;
  readonly autoDelete: boolean;
}

interface Named {
  readonly id: string;
  readonly name: string;
}

export interface HeldState {
  readonly atMs: number;
  readonly crn: string;
  /** The CRN, or the name of an infrastructure service. */
  readonly target: string;
  /** Name of the service instance, if the target is one that exists. */
  readonly instance?: string;
  readonly vpc: Named;
  readonly resourceGroup: Named;
  /** `absent` once the gateway answers 404. */
  readonly lifecycleState: LifecycleState | 'absent';
  readonly healthState: HealthState;
  readonly name: string;
  readonly dnsResolutionBindingMode: string;
  /** Sorted ids. */
  readonly securityGroups: readonly string[];
  readonly securityGroupNames: readonly string[];
  /** Sorted CRNs of the resources that are bound, or still are. */
  readonly resourceBindings: readonly string[];
  /** Sorted by zone. */
  readonly ips: readonly HeldIP[];
}

/** Called with a gateway each time that its state is recorded, whether or not it has changed. */
export type StateListener = (
  gateway: EndpointGateway,
  at: { readonly atMs: number; readonly gone: boolean },
) => void;

export class StateLog {
  readonly #limit: number;
  readonly #listeners = new Set<StateListener>();
  readonly #states = new Map<string, HeldState[]>();
  /** The gateway of each entry, oldest first. */
  readonly #entered: string[] = [];

  constructor(limit = Infinity) {
    this.#limit = limit;
  }

  /** Adds the gateway's present state, unless nothing changed since the last entry. */
  record(atMs: number, gateway: EndpointGateway, gone = false): void {
    const history = this.#states.get(gateway.id) ?? [];
    const state = {
      ...describe(gateway),
      lifecycleState: gone ? ('absent' as const) : gateway.lifecycleState,
    };
    const last = history.at(-1);
    if (last === undefined || !isDeepStrictEqual({ ...state, atMs: last.atMs }, last)) {
      history.push({ ...state, atMs });
      this.#states.set(gateway.id, history);
      this.#entered.push(gateway.id);
      this.#dropOldest();
    }
    this.#listeners.forEach((listener) => listener(gateway, { atMs, gone }));
  }

  /** Returns how to end it. */
  subscribe(listener: StateListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  of(gatewayId: string): readonly HeldState[] {
    return this.#states.get(gatewayId) ?? [];
  }

  all(): ReadonlyMap<string, readonly HeldState[]> {
    return this.#states;
  }

  /** When the gateway first held a state for which `asked` is true, at or after `sinceMs`. */
  firstHeld(gatewayId: string, asked: (state: HeldState) => boolean, sinceMs = 0): number | undefined {
    const history = this.of(gatewayId);
    const held = history.find(
      (state, index) => asked(state) && (history[index + 1]?.atMs ?? Infinity) > sinceMs,
    );
    return held === undefined ? undefined : Math.max(held.atMs, sinceMs);
  }

  #dropOldest(): void {
    if (this.#entered.length > this.#limit) {
      const gatewayId = this.#entered.shift() ?? '';
      const history = this.#states.get(gatewayId);
      history?.shift();
      if (history?.length === 0) {
        this.#states.delete(gatewayId);
      }
    }
  }
}

function describe(gateway: EndpointGateway): Omit<HeldState, 'atMs' | 'lifecycleState'> {
  const ips = [...gateway.ips].map(([zone, ip]) => ({
    id: ip.id,
    address: ip.addressChosen ? formatAddress(ip.address) : '0.0.0.0',
    name: ip.name,
    subnet: ip.subnet.id,
    subnetName: ip.subnet.name,
    zone,
    autoDelete: ip.autoDelete,
  }));
  const { crn, target, vpc, resourceGroup, healthState } = gateway;
  return {
    crn,
    target: target.key,
    ...(target.instance !== undefined && { instance: target.instance }),
    vpc: { id: vpc.id, name: vpc.name },
    resourceGroup: { id: resourceGroup.id, name: resourceGroup.name },
    healthState,
    name: gateway.name,
    dnsResolutionBindingMode: gateway.dnsResolutionBindingMode,
    securityGroups: [...gateway.securityGroups].map(({ id }) => id).toSorted(),
    securityGroupNames: [...gateway.securityGroups].map(({ name }) => name),
    resourceBindings: [...gateway.resourceBindings.values()]
      .filter(({ lifecycleState }) => lifecycleState !== 'pending')
      .map(({ targetCrn }) => targetCrn)
      .toSorted(),
    ips: ips.toSorted((a, b) => a.zone.localeCompare(b.zone)),
  };
}
