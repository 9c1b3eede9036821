import type { KubeClient } from '../../src/kube/client.ts';
import { MemoryKube } from '../controller/memory-kube.ts';
import type { Box } from '../controller/toy-kind.ts';
import { settle } from '../lib/fake-clock.ts';

/** Boxes that can be listed and watched; the watch delivers what it is told, until it is stopped. */
export class WatchedKube extends MemoryKube<Box> implements Pick<KubeClient, 'list' | 'watch'> {
  openWatches = 0;
  #deliver: (event: never) => void = () => {};

  async list(): Promise<never> {
    const objects = ['default/box', 'default/other'].flatMap((key) => this.read(key) ?? []);
    return { items: objects, resourceVersion: '100' } as never;
  }

  async *watch(_: unknown, __: unknown, signal: AbortSignal): AsyncGenerator<never> {
    this.openWatches += 1;
    try {
      for (;;) {
        yield await new Promise<never>((resolve, reject) => {
          this.#deliver = resolve;
          signal.addEventListener('abort', () => reject(signal.reason), { once: true });
        });
      }
    } finally {
      this.openWatches -= 1;
    }
  }

  async deliver(type: 'ADDED' | 'MODIFIED' | 'DELETED', object: Box): Promise<void> {
    this.#deliver({ type, object } as never);
    await settle();
  }
}
