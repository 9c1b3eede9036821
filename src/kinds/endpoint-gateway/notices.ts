/** The request to a Private Path provider and its permit, as events; a denial is one by its condition. Pure. */
import type { Notice } from '../../controller/kind.ts';
import type { GatewayResource } from './observed.ts';
import type { Reason } from './reasons.ts';

export function notices(before: GatewayResource, after: GatewayResource): readonly Notice[] {
  const [waited, waits] = [isPending(before), isPending(after)];
  if (waited === waits || after.status?.lifecycleState === 'failed') {
    return [];
  }
  const target = after.status?.target ?? before.status?.target;
  if (waits) {
    return [notice('AccessRequested', `Access to ${target} was requested; its provider has to permit it`)];
  }
  const isThere = after.status?.id !== undefined && after.status.id === before.status?.id;
  return isThere ? [notice('AccessPermitted', `The provider permitted the access to ${target}`)] : [];
}

function notice(reason: Reason, note: string): Notice {
  return { reason, note };
}

/** Fact sheet §2.2. */
function isPending({ status }: GatewayResource): boolean {
  return status?.lifecycleReasons?.some(({ code }) => code === 'access_pending') ?? false;
}
