/** Which objects depend on ways through the network, as the caches know them now. */
import type { Controller } from '../controller/controller.ts';
import type { Dependant } from './paths.ts';

export function dependantsIn(
  controllers: readonly Pick<Controller, 'kind' | 'store'>[],
): readonly Dependant[] {
  return controllers.flatMap(({ kind, store }) => {
    if (kind.dependsOn === undefined) {
      return [];
    }
    return store.list().flatMap((resource) => {
      const path = kind.dependsOn?.(resource);
      const { namespace, name } = resource.metadata;
      return path === undefined ? [] : { kind: kind.type.kind, namespace, name, path };
    });
  });
}
