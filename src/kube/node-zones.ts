/** The zones in which this cluster has Nodes. They change rarely, and one listing serves every object that asks. */
import { abortable } from '../lib/abortable.ts';
import type { Clock } from '../lib/clock.ts';
import type { KubeClient } from './client.ts';
import { KubeError } from './errors.ts';
import type { KubeObject, ResourceType } from './object.ts';

/** Kubernetes, "Well-Known Labels, Annotations and Taints". */
const zoneLabel = 'topology.kubernetes.io/zone';

const nodeType: ResourceType = { group: '', version: 'v1', plural: 'nodes', kind: 'Node' };

/** A Node can be large, since it lists its images; of a page only the labels are kept. */
const pageLimit = 100;

/** Nodes come and go; zones do so seldom. */
const freshForMs = 600_000;

interface NodeZonesDeps {
  readonly client: Pick<KubeClient, 'list'>;
  readonly clock: Clock;
  /** Ends a listing when the program stops. */
  readonly signal: AbortSignal;
}

export class NodeZones {
  readonly #deps: NodeZonesDeps;
  #last: { readonly zones: readonly string[]; readonly untilMs: number } | undefined;
  #running: Promise<readonly string[] | undefined> | undefined;

  constructor(deps: NodeZonesDeps) {
    this.#deps = deps;
  }

  /**
   * Each zone once, in order of its name; `undefined` when this program may not list Nodes, which is asked again every
   * time. Throws a KubeError, or the signal's reason as soon as it aborts.
   */
  async read(signal: AbortSignal): Promise<readonly string[] | undefined> {
    signal.throwIfAborted();
    if (this.#last !== undefined && this.#deps.clock.monotonic() < this.#last.untilMs) {
      return this.#last.zones;
    }
    // The listing belongs to all who wait for it, so that no single caller's signal may end it.
    this.#running ??= this.#list().finally(() => {
      this.#running = undefined;
    });
    return abortable(this.#running, signal);
  }

  async #list(): Promise<readonly string[] | undefined> {
    const untilMs = this.#deps.clock.monotonic() + freshForMs;
    const zones = await this.#zones();
    this.#last = zones && { zones, untilMs };
    return zones;
  }

  async #zones(): Promise<readonly string[] | undefined> {
    const zones = new Set<string>();
    let next: string | undefined;
    try {
      do {
        const options = { limit: pageLimit, continue: next };
        const page = await this.#deps.client.list<KubeObject>(nodeType, options, this.#deps.signal);
        page.items.forEach(({ metadata }) => zones.add(metadata.labels?.[zoneLabel] ?? ''));
        next = page.continue;
      } while (next !== undefined);
    } catch (error) {
      if (error instanceof KubeError && error.status === 403) {
        return undefined;
      }
      throw error;
    }
    zones.delete('');
    return [...zones].toSorted();
  }
}
