/**
 * The lifecycle shell: `start → init → watchResource` and `stop` as `@dot-i/k8s-operator` defines them, on our own
 * watch engine. The base class exits the process on a watch error, swallows handler errors and replays the world on
 * each reconnect, so every verb that reaches the API server is overridden; its event queue stays empty.
 */
import dotI, { type ResourceEvent, type ResourceMeta } from '@dot-i/k8s-operator';
import { CoreV1Api, type KubeConfig } from '@kubernetes/client-node';
import type { Logger } from 'pino';
import type { Controller } from '../controller/controller.ts';
import type { Resource } from '../controller/kind.ts';
import { fieldManager } from '../controller/write-status.ts';
import type { KubeClient } from '../kube/client.ts';
import { collectionPath, keyOf, type ResourceType, type Scope } from '../kube/object.ts';
import { WatchHealth } from '../kube/watch-health.ts';
import { watchResources } from '../kube/watcher.ts';
import type { Clock } from '../lib/clock.ts';
import { mergePatch } from './merge-patch.ts';
import { resourceEvent } from './resource-event.ts';

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
  readonly #watchHealth: WatchHealth[] = [];

  constructor(deps: ShellDeps) {
    super({
      debug: (message) => deps.log.debug(message),
      info: (message) => deps.log.info(message),
      warn: (message) => deps.log.warn(message),
      error: (message) => deps.log.error(message),
    });
    this.#deps = deps;
    // The base class has bound these to whatever configuration it found in the environment.
    this.kubeConfig = deps.kubeConfig;
    this.k8sApi = deps.kubeConfig.makeApiClient(CoreV1Api);
  }

  /** What each watch says about itself: one for each kind and scope. */
  get watchHealth(): readonly WatchHealth[] {
    return this.#watchHealth;
  }

  protected override async init(): Promise<void> {
    for (const controller of this.#deps.controllers) {
      const { group, version, plural } = controller.kind.type;
      const offer = async ({ meta: { namespace = '', name } }: ResourceEvent): Promise<void> =>
        controller.offer(keyOf({ metadata: { namespace, name } }));
      for (const scope of controller.store.scopes) {
        await this.watchResource(group, version, plural, offer, scope);
      }
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
    const health = new WatchHealth({ plural, scope: namespace }, this.#deps.clock);
    this.#watchHealth.push(health);
    this.#watches.push(this.#watch(controller, onEvent, { scope: namespace, onReport: health.record }));
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
    const server = this.kubeConfig.getCurrentCluster()?.server ?? '';
    return `${server}${collectionPath({ group, version, plural, kind: '' }, namespace)}`;
  }

  /** Throws where the base class logs and answers `null`; like it, refused when the object has changed since. */
  protected override async setResourceStatus(meta: ResourceMeta, status: unknown): Promise<ResourceMeta> {
    return this.#applyStatus(meta, status);
  }

  /** `patch` is a JSON merge patch (RFC 7386). */
  protected override async patchResourceStatus(meta: ResourceMeta, patch: unknown): Promise<ResourceMeta> {
    return this.#applyStatus(meta, mergePatch(this.#find(meta).object.status, patch));
  }

  /** Guarded: a concurrent edit of the list is a conflict, not a lost update. */
  protected override async setResourceFinalizers(meta: ResourceMeta, finalizers: string[]): Promise<void> {
    const { type, object } = this.#find(meta);
    await this.#deps.client.patchFinalizers(type, object, finalizers, this.#stopping.signal);
  }

  /** The base class edits the list of finalizers in place: it gets an object of its own. */
  protected override async handleResourceFinalizer(
    event: ResourceEvent,
    finalizer: string,
    deleteAction: (event: ResourceEvent) => Promise<void>,
  ): Promise<boolean> {
    const object = structuredClone(event.object);
    return super.handleResourceFinalizer({ ...event, object }, finalizer, deleteAction);
  }

  protected override async registerCustomResourceDefinition(): Promise<never> {
    throw new Error('CRDs are installed from crds/, not by the operator: it has no right to');
  }

  async #watch(
    controller: Controller,
    onEvent: (event: ResourceEvent) => Promise<void>,
    options: { readonly scope: Scope; readonly onReport: WatchHealth['record'] },
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
    const { type, object } = this.#find(meta);
    const { resourceVersion } = meta;
    const options = { fieldManager, resourceVersion };
    const { client } = this.#deps;
    const written = await client.applyStatus(type, object, status as object, options, this.#stopping.signal);
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

  #find({ kind, namespace = '', name }: ResourceMeta): { type: ResourceType; object: Resource } {
    const controller = this.#deps.controllers.find((candidate) => candidate.kind.type.kind === kind);
    const key = keyOf({ metadata: { namespace, name } });
    const object = controller?.store.get(key);
    if (controller === undefined || object === undefined) {
      throw new Error(`no such object: ${kind} ${key}`);
    }
    return { type: controller.kind.type, object };
  }
}
