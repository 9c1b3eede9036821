/**
 * What the cluster's Nodes tell of where it runs. It changes rarely, and one listing serves every object that asks.
 */
import { abortable } from '../lib/abortable.ts';
import type { Clock } from '../lib/clock.ts';
import type { KubeClient } from './client.ts';
import { KubeError } from './errors.ts';
import type { KubeObject, ResourceType } from './object.ts';

/** Kubernetes, "Well-Known Labels, Annotations and Taints". */
const zoneLabel = 'topology.kubernetes.io/zone';

/** IBM Cloud Kubernetes Service and Red Hat OpenShift on IBM Cloud, "worker node labels". */
const subnetLabel = 'ibm-cloud.kubernetes.io/subnet-id';

/**
 * `ibm://<account>///<cluster>/<instance>` of IBM's VPC cloud provider. Workers that IBM manages have their own names
 * there and live in IBM's account; those have the label of their subnet.
 */
const providerID = /^ibm:\/\/[^/]*\/[^/]*\/[^/]*\/[^/]*\/([0-9a-z]{4}[-_][-0-9a-f]{36})$/;

const nodeType: ResourceType = { group: '', version: 'v1', plural: 'nodes', kind: 'Node' };

/** A Node can be large, since it lists its images; of a page only what is told here is kept. */
const pageLimit = 100;

/** Nodes come and go; where they are changes seldom. */
const freshForMs = 600_000;

/** Whoever may not list Nodes is not asked about at every pass. */
const refusedForMs = 60_000;

/** A cluster without Nodes is just being made. */
const noneForMs = 5_000;

/** Each once, in order. */
export interface NodeFacts {
  readonly zones: readonly string[];
  /** VPC subnets by id. */
  readonly subnetIds: readonly string[];
  /** Virtual server instances of the VPC API by id. */
  readonly instanceIds: readonly string[];
}

interface NodesDeps {
  readonly client: Pick<KubeClient, 'list'>;
  readonly clock: Clock;
  /** Ends a listing when the program stops. */
  readonly signal: AbortSignal;
}

interface Node extends KubeObject<{ readonly providerID?: string } | undefined> {}

export class Nodes {
  readonly #deps: NodesDeps;
  #last: { readonly facts: NodeFacts | undefined; readonly untilMs: number } | undefined;
  #running: Promise<NodeFacts | undefined> | undefined;

  constructor(deps: NodesDeps) {
    this.#deps = deps;
  }

  /**
   * `undefined` when this program may not list Nodes, which is asked again after a minute. Throws a KubeError, or the
   * signal's reason as soon as it aborts.
   */
  async read(signal: AbortSignal): Promise<NodeFacts | undefined> {
    signal.throwIfAborted();
    if (this.#last !== undefined && this.#deps.clock.monotonic() < this.#last.untilMs) {
      return this.#last.facts;
    }
    // The listing belongs to all who wait for it, so that no single caller's signal may end it.
    this.#running ??= this.#list().finally(() => {
      this.#running = undefined;
    });
    return abortable(this.#running, signal);
  }

  async #list(): Promise<NodeFacts | undefined> {
    const nowMs = this.#deps.clock.monotonic();
    const facts = await this.#facts();
    this.#last = { facts, untilMs: nowMs + goodForMs(facts) };
    return facts;
  }

  async #facts(): Promise<NodeFacts | undefined> {
    const found: [zone: string, subnet: string, instance: string][] = [];
    let next: string | undefined;
    try {
      do {
        const options = { limit: pageLimit, continue: next };
        const page = await this.#deps.client.list<Node>(nodeType, options, this.#deps.signal);
        found.push(...page.items.map(placeOf));
        next = page.continue;
      } while (next !== undefined);
    } catch (error) {
      if (error instanceof KubeError && error.status === 403) {
        return undefined;
      }
      throw error;
    }
    return {
      zones: distinct(found.map(([zone]) => zone)),
      subnetIds: distinct(found.map(([, subnet]) => subnet)),
      instanceIds: distinct(found.map(([, , instance]) => instance)),
    };
  }
}

function goodForMs(facts: NodeFacts | undefined): number {
  if (facts === undefined) {
    return refusedForMs;
  }
  return Object.values(facts).every(({ length }) => length === 0) ? noneForMs : freshForMs;
}

function placeOf({
  metadata: { labels = {} },
  spec,
}: Node): [zone: string, subnet: string, instance: string] {
  const instance = providerID.exec(spec?.providerID ?? '')?.[1] ?? '';
  return [labels[zoneLabel] ?? '', labels[subnetLabel] ?? '', instance];
}

function distinct(values: readonly string[]): readonly string[] {
  return [...new Set(values)].filter((value) => value !== '').toSorted();
}
