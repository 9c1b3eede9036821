/** Whether an object is managed, or only observed. Pure. */
import { isDeleting } from './finalizer.ts';
import type { Resource } from './kind.ts';

export function isObserved({ spec }: Resource): boolean {
  return spec.managementPolicy === 'Observe';
}

/** How an object goes whose deletion is refused, as the end of a sentence; nothing where no deletion is. */
export function wayOut(resource: Resource, policy = 'managementPolicy Observe'): string {
  return isDeleting(resource) && !isObserved(resource)
    ? `; or ${policy} lets this object go and leaves what it has in the cloud`
    : '';
}

/** The object as it is to be treated: an install-wide dry run is Observe for every object, to engine and kind alike. */
export function asTreated(resource: Resource, dryRun: boolean): Resource {
  return dryRun ? { ...resource, spec: { ...resource.spec, managementPolicy: 'Observe' } } : resource;
}
