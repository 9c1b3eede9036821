/** The demo's own watch: what a user of kubectl would have seen, object by object, in order. */
import type { KubeClient } from '../../src/kube/client.ts';
import { watchResources } from '../../src/kube/watcher.ts';
import type { GatewayResource } from '../../src/kinds/endpoint-gateway/observed.ts';
import { endpointGatewayType } from '../../src/kinds/endpoint-gateway/types.gen.ts';
import { systemClock } from '../../src/lib/clock.ts';
import type { Logger } from 'pino';

export interface Seen {
  readonly name: string;
  readonly target: string;
  readonly states: readonly string[];
  readonly state: string;
  readonly sinceMs: number;
  readonly ready: string;
  readonly reason: string;
  readonly ips: readonly string[];
  /** Ready was True for the object's present generation. */
  readonly isReady: boolean;
  readonly ids: readonly string[];
  readonly gone: boolean;
}

export class Observer {
  readonly #seen = new Map<string, Seen>();
  readonly #ended: Promise<void>;
  readonly #stop = new AbortController();
  /** Called after each event, with what changed. */
  onChange: (seen: Seen) => void = () => undefined;

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
    const { name, generation } = resource.metadata;
    const before = this.#seen.get(name);
    const { status } = resource;
    const ready = status?.conditions?.find(({ type }) => type === 'Ready');
    const state = gone ? 'Gone' : (status?.state ?? 'New');
    const states = before?.states ?? [];
    const isReady = ready?.status === 'True' && status?.observedGeneration === generation;
    const ids = before?.ids ?? [];
    const id = status?.id;
    const seen: Seen = {
      name,
      target:
        status?.summary?.target ?? resource.spec.target.crn ?? resource.spec.target.infrastructure ?? '',
      state,
      states: state === before?.state || gone || state === 'New' ? states : [...states, state],
      sinceMs: state === before?.state ? before.sinceMs : Date.now(),
      ready: ready?.status ?? '',
      reason: ready?.reason ?? '',
      ips: status?.ips?.map(({ address }) => address) ?? [],
      isReady: isReady && !gone,
      ids: id === undefined || ids.includes(id) ? ids : [...ids, id],
      gone,
    };
    this.#seen.set(name, seen);
    this.onChange(seen);
  }
}
