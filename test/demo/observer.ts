/** The demo's own watch: what a user of kubectl would have seen, object by object, in order. */
import type { Logger } from 'pino';
import type { Condition } from '../../src/controller/conditions.ts';
import type { KubeClient } from '../../src/kube/client.ts';
import { watchResources } from '../../src/kube/watcher.ts';
import type { GatewayResource } from '../../src/kinds/endpoint-gateway/observed.ts';
import { endpointGatewayType } from '../../src/kinds/endpoint-gateway/types.gen.ts';
import { systemClock } from '../../src/lib/clock.ts';

export interface Seen {
  readonly name: string;
  /** Short: a CRN's service and location. */
  readonly target: string;
  /** The states that it passed, in order, without repetition. */
  readonly states: readonly string[];
  /** The last of them; `New` before the first, `Gone` after the deletion. */
  readonly state: string;
  /** When it came into its state. */
  readonly sinceMs: number;
  /** Status and reason of the condition Ready. */
  readonly ready: string;
  readonly reason: string;
  readonly message: string;
  readonly conditions: readonly Condition[];
  /** Reasons of the condition Ready that it passed, in order, without repetition. */
  readonly reasons: readonly string[];
  /** What the status says is still to be done. */
  readonly plan: readonly string[];
  readonly ips: readonly string[];
  /** Ready was True for the object's present generation. */
  readonly isReady: boolean;
  /** Ids that its gateway had in the cloud; one that was created again had several. */
  readonly ids: readonly string[];
  readonly gone: boolean;
}

/** `before` is absent for an object that was not known. */
export type OnChange = (seen: Seen, before: Seen | undefined) => void;

export class Observer {
  readonly #seen = new Map<string, Seen>();
  readonly #listeners = new Set<OnChange>();
  readonly #ended: Promise<void>;
  readonly #stop = new AbortController();

  constructor(client: KubeClient, namespace: string, log: Logger) {
    const options = { namespace, clock: systemClock, random: Math.random, log };
    this.#ended = this.#watch(
      watchResources<GatewayResource>(client, endpointGatewayType, options, this.#stop.signal),
    );
  }

  get(name: string): Seen | undefined {
    return this.#seen.get(name);
  }

  all(): readonly Seen[] {
    return [...this.#seen.values()];
  }

  /** Calls back after each event; returns how to end that. */
  listen(onChange: OnChange): () => void {
    this.#listeners.add(onChange);
    return () => void this.#listeners.delete(onChange);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#ended;
  }

  async #watch(events: ReturnType<typeof watchResources<GatewayResource>>): Promise<void> {
    for await (const event of events) {
      if (event.type === 'apply' || event.type === 'initApply') {
        this.#note(event.object, false);
      } else if (event.type === 'delete') {
        this.#note(event.object, true);
      }
    }
  }

  #note(resource: GatewayResource, gone: boolean): void {
    const { name } = resource.metadata;
    const before = this.#seen.get(name);
    const seen = next(resource, gone, before);
    this.#seen.set(name, seen);
    for (const listener of this.#listeners) {
      listener(seen, before);
    }
  }
}

function next({ metadata, spec, status }: GatewayResource, gone: boolean, before: Seen | undefined): Seen {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  const state = gone ? 'Gone' : (status?.state ?? 'New');
  const { states = [], reasons = [], ids = [] } = before ?? {};
  const reason = ready?.reason ?? '';
  const { target = shortTarget(spec.target) } = status?.summary ?? {};
  const id = status?.id;
  return {
    name: metadata.name,
    target,
    states: state === before?.state || state === 'Gone' || state === 'New' ? states : [...states, state],
    state,
    sinceMs: state === before?.state ? before.sinceMs : Date.now(),
    ready: ready?.status ?? '',
    reason,
    message: ready?.message ?? '',
    conditions: status?.conditions ?? [],
    reasons: reason === '' || reason === before?.reason ? reasons : [...reasons, reason],
    plan: status?.plan?.actions.map(({ action }) => action) ?? [],
    ips: status?.ips?.map(({ address }) => address) ?? [],
    isReady: ready?.status === 'True' && status?.observedGeneration === metadata.generation && !gone,
    ids: id === undefined || ids.includes(id) ? ids : [...ids, id],
    gone,
  };
}

/** As the operator itself shows it, for an object that it has not looked at yet. */
function shortTarget(target: GatewayResource['spec']['target']): string {
  const { service: named, infrastructure, privatePathServiceGateway: path } = target;
  if (named !== undefined) {
    return named.name;
  }
  const crn = target.crn ?? path?.crn ?? '';
  const [, , , , service = '', location = ''] = crn.split(':');
  return infrastructure ?? `${service}/${location}`;
}
