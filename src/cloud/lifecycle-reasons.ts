import { CloudError, sanitise, type CloudErrorFields } from './errors.ts';
import type { LifecycleReason } from './vpc-types.ts';

interface Explained {
  readonly id: string;
  readonly lifecycle_reasons: readonly LifecycleReason[];
}

/**
 * The resource with reasons that are fit for a user: they are the cloud's free text, in an order that it does not
 * promise, and they travel on into conditions, events and the log. Throws when the answer to `call` is no such resource.
 */
export function sanitisedReasons<T extends Explained>(
  resource: T,
  call: Pick<CloudErrorFields, 'operation' | 'maybeCommitted'>,
): T {
  const { id, lifecycle_reasons: reasons } = (resource ?? {}) as Partial<T>;
  if (typeof id !== 'string' || !Array.isArray(reasons)) {
    throw new CloudError('the answer is not what was asked for', { ...call, reason: 'unknown' });
  }
  const lifecycle_reasons = (reasons as readonly LifecycleReason[])
    .map(({ code, message }) => ({ code: sanitise(code), message: sanitise(message) }))
    .toSorted((a, b) => a.code.localeCompare(b.code) || a.message.localeCompare(b.message));
  return { ...resource, lifecycle_reasons };
}
