import type { KubeClient, ListOptions, WatchOptions } from '../../src/kube/client.ts';
import type { Scope } from '../../src/kube/object.ts';
import { MemoryKube } from '../controller/memory-kube.ts';
import type { Box } from '../controller/toy-kind.ts';
import { settle } from '../lib/fake-clock.ts';

/** Boxes that can be listed and watched; the watch delivers what it is told, until it is stopped. */
export class WatchedKube extends MemoryKube<Box> implements Pick<KubeClient, 'list' | 'watch'> {
  /** By namespace, or `undefined` for all of them. */
  readonly #watches = new Map<Scope, (event: never) => void>();

  get openWatches(): number {
    return this.#watches.size;
  }

  async list(_: unknown, { namespace }: Pick<ListOptions, 'namespace'>): Promise<never> {
    const objects = ['default/box', 'default/other', 'team/box'].flatMap((key) => this.read(key) ?? []);
    const items = objects.filter(
      ({ metadata }) => namespace === undefined || metadata.namespace === namespace,
    );
    return { items, resourceVersion: '100' } as never;
  }

  async *watch(
    _: unknown,
    { namespace }: Pick<WatchOptions, 'namespace'>,
    signal: AbortSignal,
  ): AsyncGenerator<never> {
    try {
      for (;;) {
        yield await new Promise<never>((resolve, reject) => {
          this.#watches.set(namespace, resolve);
          signal.addEventListener('abort', () => reject(signal.reason), { once: true });
        });
      }
    } finally {
      this.#watches.delete(namespace);
    }
  }

  async deliver(type: 'ADDED' | 'MODIFIED' | 'DELETED', object: Box): Promise<void> {
    const send = this.#watches.get(object.metadata.namespace) ?? this.#watches.get(undefined);
    send?.({ type, object } as never);
    await settle();
  }
}
