/** What `/healthz` and `/readyz` find wrong, as sentences. */
import type { Controller } from './controller/controller.ts';
import type { WatchHealth } from './kube/watch-health.ts';

type Watches = ReadonlyMap<string, WatchHealth>;

/** Bookmarks come about once a minute, so after this the objects in the caches may be out of date. */
const staleMs = 180_000;

/**
 * Only what a restart can mend. An API server that does not answer must not restart every replica: that is
 * `notReady`'s to say.
 */
export function notAlive(watches: Watches): readonly string[] {
  return [...watches].flatMap(([plural, watch]) =>
    watch.alive ? [] : [`the watch of ${plural} has made no attempt for two minutes`],
  );
}

/** A synced standby is ready: it can take over at once. */
export function notReady(controllers: readonly Controller[], watches: Watches): readonly string[] {
  if (controllers.length === 0) {
    return ['the cluster has not been identified yet'];
  }
  return controllers.flatMap(({ kind: { type }, store }) => {
    const silentMs = watches.get(type.plural)?.silentForMs ?? 0;
    if (!store.synced) {
      return [`${type.kind} is not synced yet`];
    }
    const seconds = Math.round(silentMs / 1000);
    return silentMs > staleMs ? [`${type.kind}: the API server has not been heard for ${seconds} s`] : [];
  });
}
