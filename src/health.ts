/** What `/healthz` and `/readyz` find wrong, as sentences. */
import type { Controller } from './controller/controller.ts';
import type { Scope } from './kube/object.ts';
import type { WatchHealth } from './kube/watch-health.ts';

/** Bookmarks come about once a minute, so after this the objects in the caches may be out of date. */
const staleMs = 180_000;

/**
 * Only what a restart can mend. An API server that does not answer must not restart every replica: that is
 * `notReady`'s to say.
 */
export function notAlive(watches: readonly WatchHealth[]): readonly string[] {
  return watches.flatMap(({ alive, plural, scope }) =>
    alive ? [] : [`the watch of ${plural}${inScope(scope)} has made no attempt for two minutes`],
  );
}

/** A synced standby is ready: it can take over at once. */
export function notReady(
  controllers: readonly Controller[],
  watches: readonly WatchHealth[],
): readonly string[] {
  if (controllers.length === 0) {
    return ['the cluster has not been identified yet'];
  }
  return controllers.flatMap(({ kind: { type }, store }) =>
    store.scopes.flatMap((scope) => {
      const what = `${type.kind}${inScope(scope)}`;
      if (store.unlisted.includes(scope)) {
        return [`${what} is not synced yet`];
      }
      const watch = watches.find(({ plural, scope: watched }) => plural === type.plural && watched === scope);
      const silentMs = watch?.silentForMs ?? 0;
      const seconds = Math.round(silentMs / 1000);
      return silentMs > staleMs ? [`${what}: the API server has not been heard for ${seconds} s`] : [];
    }),
  );
}

function inScope(scope: Scope): string {
  return scope === undefined ? '' : ` in ${scope}`;
}
