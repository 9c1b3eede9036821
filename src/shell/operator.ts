/**
 * The lifecycle shell: `start → init → watchResource` and `stop` as `@dot-i/k8s-operator` defines them, on our own
 * watch engine. The base class exits the process on a watch error, swallows handler errors and replays the world on
 * each reconnect, so every verb that reaches the API server is overridden; its event queue stays empty.
 */
import dotI, { ResourceEventType, type ResourceEvent, type ResourceMeta } from '@dot-i/k8s-operator';
import type { KubeConfig } from '@kubernetes/client-node';
import type { Logger } from 'pino';
import type { Controller } from '../controller/controller.ts';
import type { Resource } from '../controller/kind.ts';
import { fieldManager } from '../controller/status.ts';
import type { KubeClient } from '../kube/client.ts';
import { keyOf } from '../kube/object.ts';
import type { Change } from '../kube/store.ts';
import { WatchHealth } from '../kube/watch-health.ts';
import { watchResources } from '../kube/watcher.ts';
import type { Clock } from '../lib/clock.ts';

export interface ShellDeps {
  readonly kubeConfig: KubeConfig;
  readonly client: KubeClient;
  readonly controllers: readonly Controller[];
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
}

export class IbmCloudOperator extends dotI.default {
  readonly #deps: ShellDeps;
  readonly #stopping = new AbortController();
  readonly #watches: Promise<void>[] = [];
  /** What each watch says about itself, by plural. */
  readonly watchHealth = new Map<string, WatchHealth>();

  constructor(deps: ShellDeps) {
    super({
      debug: (message) => deps.log.debug(message),
      info: (message) => deps.log.info(message),
      warn: (message) => deps.log.warn(message),
      error: (message) => deps.log.error(message),
    });
    this.#deps = deps;
    this.kubeConfig = deps.kubeConfig;
  }

  protected override async init(): Promise<void> {
    for (const controller of this.#deps.controllers) {
      const { group, version, plural } = controller.kind.type;
      await this.watchResource(group, version, plural, async ({ object }) => {
        controller.offer(keyOf(object as unknown as Resource));
      });
    }
  }

  /** Starts the watch and returns; it goes on until `stop`, whatever happens to the connection. */
  protected override async watchResource(
    group: string,
    version: string,
    plural: string,
    onEvent: (event: ResourceEvent) => Promise<void>,
    namespace?: string,
  ): Promise<void> {
    const controller = this.#controllerOf(group, version, plural);
    const health = new WatchHealth(this.#deps.clock);
    this.watchHealth.set(plural, health);
    this.#watches.push(this.#watch(controller, onEvent, { namespace, onReport: health.record }));
  }

  /** Ends the watches; `ended` tells when they have. Workers and Lease are `run`'s to stop. */
  override stop(): void {
    this.#stopping.abort();
  }

  async ended(): Promise<void> {
    await Promise.all(this.#watches);
  }

  protected override getCustomResourceApiUri(
    group: string,
    version: string,
    plural: string,
    namespace?: string,
  ): string {
    const scope = namespace === undefined ? '' : `namespaces/${namespace}/`;
    return `${this.kubeConfig.getCurrentCluster()?.server ?? ''}/apis/${group}/${version}/${scope}${plural}`;
  }

  /** Throws where the base class logs and answers `null`. */
  protected override async setResourceStatus(meta: ResourceMeta, status: unknown): Promise<ResourceMeta> {
    return this.#applyStatus(meta, status);
  }

  protected override async patchResourceStatus(meta: ResourceMeta, status: unknown): Promise<ResourceMeta> {
    return this.#applyStatus(meta, { ...this.#find(meta).status, ...(status as object) });
  }

  /** Guarded: a concurrent edit of the list is a conflict, not a lost update. */
  protected override async setResourceFinalizers(meta: ResourceMeta, finalizers: string[]): Promise<void> {
    const { type } = this.#kindOf(meta);
    await this.#deps.client.patchFinalizers(type, this.#find(meta), finalizers, this.#stopping.signal);
  }

  protected override async registerCustomResourceDefinition(): Promise<never> {
    throw new Error('CRDs are installed from crds/, not by the operator: it has no right to');
  }

  async #watch(
    controller: Controller,
    onEvent: (event: ResourceEvent) => Promise<void>,
    options: { namespace: string | undefined; onReport: WatchHealth['record'] },
  ): Promise<void> {
    const { client, clock, random, log } = this.#deps;
    const { signal } = this.#stopping;
    const { type } = controller.kind;
    for await (const event of watchResources<Resource>(
      client,
      type,
      { clock, random, log, ...options },
      signal,
    )) {
      for (const change of controller.take(event)) {
        await onEvent(resourceEvent(change, type.plural));
      }
    }
  }

  async #applyStatus(meta: ResourceMeta, status: unknown): Promise<ResourceMeta> {
    const { client } = this.#deps;
    const { type } = this.#kindOf(meta);
    const options = { fieldManager, force: true } as const;
    const found = this.#find(meta);
    const written = await client.applyStatus(type, found, status as object, options, this.#stopping.signal);
    return { ...meta, resourceVersion: written.metadata.resourceVersion };
  }

  #controllerOf(group: string, version: string, plural: string): Controller {
    const found = this.#deps.controllers.find(
      ({ kind: { type } }) => type.group === group && type.version === version && type.plural === plural,
    );
    if (found === undefined) {
      throw new Error(`no kind is registered for ${plural}.${group}/${version}`);
    }
    return found;
  }

  #kindOf(meta: ResourceMeta): Controller['kind'] {
    return (
      this.#deps.controllers.find(({ kind }) => kind.type.kind === meta.kind)?.kind ?? unknownObject(meta)
    );
  }

  #find(meta: ResourceMeta): Resource {
    const key = keyOf({ metadata: { namespace: meta.namespace ?? '', name: meta.name } });
    const controller = this.#deps.controllers.find(({ kind }) => kind.type.kind === meta.kind);
    return controller?.store.get(key) ?? unknownObject(meta);
  }
}

function unknownObject(meta: ResourceMeta): never {
  throw new Error(`no such object: ${meta.kind} ${meta.namespace ?? ''}/${meta.name}`);
}

/** A change in the base class's terms. Handlers take the key from it and nothing else. */
function resourceEvent({ previous, current }: Change<Resource>, plural: string): ResourceEvent {
  const object = current ?? previous;
  if (object === undefined) {
    throw new Error('a change without an object');
  }
  const { name, namespace, resourceVersion } = object.metadata;
  const id = `${plural}.${object.apiVersion}`;
  const meta = { id, name, namespace, resourceVersion, apiVersion: object.apiVersion, kind: object.kind };
  return { meta, type: typeOf(previous, current), object: object as unknown as ResourceEvent['object'] };
}

function typeOf(previous: unknown, current: unknown): ResourceEventType {
  if (current === undefined) {
    return ResourceEventType.Deleted;
  }
  return previous === undefined ? ResourceEventType.Added : ResourceEventType.Modified;
}
