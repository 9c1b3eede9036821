/**
 * What the names of endpoint gateways lead to, and since when: a gateway's names are published as they are each time it
 * gets stable, hold while it is being changed, and go with it.
 */
import type { World } from '../world.ts';
import { formatAddress } from '../vpc/addresses.ts';
import type { DnsMode, EndpointGateway, Vpc } from '../vpc/model.ts';

export interface Publication {
  readonly gateway: EndpointGateway;
  readonly mode: DnsMode;
  /** A leading `*` stands for any name before the rest. */
  readonly names: readonly string[];
  /** Of the resources that are bound to the gateway. */
  readonly boundNames: readonly string[];
  /** Sorted by zone; none when it has no IPs, and then its names have no address either. */
  readonly addresses: readonly string[];
}

interface Entry {
  readonly sinceMs: number;
  /** Absent once the gateway is gone. */
  readonly publication?: Publication;
}

/** More changes than this within `dnsConvergenceMs` are not told apart. */
const MOST_ENTRIES = 32;

export class Publications implements Disposable {
  readonly #world: World;
  readonly #byVpc = new Map<string, Map<string, Entry[]>>();
  readonly #unsubscribe: () => void;

  /** Gateways that have been stable before count as if they had been so for ever. */
  constructor(world: World) {
    this.#world = world;
    for (const gateway of [...world.areas.values()].flatMap(({ gateways }) => [...gateways.values()])) {
      const publication = lastPublicationOf(world, gateway);
      if (publication !== undefined) {
        this.#enter(gateway, { sinceMs: -Infinity, publication });
      }
    }
    this.#unsubscribe = world.stateLog.subscribe((gateway, { atMs, gone }) =>
      this.#note(gateway, atMs, gone),
    );
  }

  /** What the VPC's own resolver knows of its gateways: `dnsConvergenceMs` late. */
  of(vpc: Vpc): readonly Publication[] {
    const { settings, clock } = this.#world;
    const lagMs = settings.dnsConvergenceMs;
    const shown = clock.now() - lagMs;
    return [...(this.#byVpc.get(vpc.id)?.values() ?? [])].flatMap((entries) => {
      const entry = lagMs === 0 ? entries.at(-1) : entries.findLast(({ sinceMs }) => sinceMs <= shown);
      return entry?.publication ?? [];
    });
  }

  /** The gateway has been stable, whatever it is now. */
  has({ id, vpc }: EndpointGateway): boolean {
    return this.#byVpc.get(vpc.id)?.get(id)?.at(-1)?.publication !== undefined;
  }

  [Symbol.dispose](): void {
    this.#unsubscribe();
  }

  #note(gateway: EndpointGateway, atMs: number, gone: boolean): void {
    if (gone) {
      this.#enter(gateway, { sinceMs: atMs });
    } else if (gateway.lifecycleState === 'stable') {
      const sinceMs = gateway.origin === 'seed' && !this.has(gateway) ? -Infinity : atMs;
      this.#enter(gateway, { sinceMs, publication: publicationOf(gateway) });
    }
  }

  #enter(gateway: EndpointGateway, entry: Entry): void {
    const ofVpc = this.#byVpc.get(gateway.vpc.id) ?? new Map<string, Entry[]>();
    const entries = ofVpc.get(gateway.id) ?? [];
    entries.push(entry);
    entries.splice(0, entries.length - MOST_ENTRIES);
    ofVpc.set(gateway.id, entries);
    this.#byVpc.set(gateway.vpc.id, ofVpc);
  }
}

/** As it was when it last got stable, which the state log remembers of one that is being changed. */
function lastPublicationOf({ stateLog }: World, gateway: EndpointGateway): Publication | undefined {
  const held = stateLog.of(gateway.id).findLast(({ lifecycleState }) => lifecycleState === 'stable');
  if (gateway.lifecycleState === 'stable' || held === undefined) {
    return gateway.lifecycleState === 'stable' ? publicationOf(gateway) : undefined;
  }
  const addresses = held.ips.map(({ address }) => address);
  return { ...publicationOf(gateway), mode: held.dnsResolutionBindingMode as DnsMode, addresses };
}

function publicationOf(gateway: EndpointGateway): Publication {
  const { dnsResolutionBindingMode, serviceEndpoints, resourceBindings, ips } = gateway;
  return {
    gateway,
    mode: dnsResolutionBindingMode,
    names: serviceEndpoints,
    boundNames: [...resourceBindings.values()]
      .filter(({ lifecycleState }) => lifecycleState === 'stable')
      .map(({ serviceEndpoint }) => serviceEndpoint),
    addresses: [...ips]
      .toSorted(([zone], [other]) => zone.localeCompare(other))
      .filter(([, { addressChosen }]) => addressChosen)
      .map(([, { address }]) => formatAddress(address)),
  };
}
