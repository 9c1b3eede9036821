/** The way that an instance depends on while it is closed, or about to be: without it nobody gets in. Pure. */
import type { Path } from '../../controller/paths.ts';
import { isObserved } from '../../controller/management.ts';
import type { PolicyResource } from './observed.ts';

export function pathOf(resource: PolicyResource): Path | undefined {
  const { access, change, proofs, endpoints } = resource.status ?? {};
  // A status may hold anything, and whatever asks for paths must not fail for one of them.
  const url = endpoints?.private?.url ?? '';
  const isNeeded = access === 'PrivateOnly' || change !== undefined || proofs !== undefined;
  return isNeeded && URL.canParse(url) && !isObserved(resource)
    ? { names: [new URL(url).hostname] }
    : undefined;
}
