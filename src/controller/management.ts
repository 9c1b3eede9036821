/** Whether an object is managed, or only observed. Pure. */
import type { Resource } from './kind.ts';

export function isObserved({ spec }: Resource): boolean {
  return spec.managementPolicy === 'Observe';
}

/** The object as it is to be treated: an install-wide dry run is Observe for every object, to engine and kind alike. */
export function asTreated(resource: Resource, dryRun: boolean): Resource {
  return dryRun ? { ...resource, spec: { ...resource.spec, managementPolicy: 'Observe' } } : resource;
}
