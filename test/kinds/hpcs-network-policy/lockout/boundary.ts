/**
 * The moments of a closing that can be named and found again in the next run: before and after each call, by its name
 * and by how many of that name there were before.
 */
import type { LoggedRequest } from '../../../cloud/request-log.ts';
import type { KubeCall } from '../../../controller/memory-kube.ts';

export const moments = ['before', 'after'] as const;
export type Moment = (typeof moments)[number];

export interface Boundary {
  /** Such as `PUT private`, `GET instance`, `kube status`. */
  readonly call: string;
  /** From 1. */
  readonly ordinal: number;
  readonly moment: Moment;
}

export function nameOf({ call, ordinal, moment }: Boundary): string {
  return `${moment} ${call} #${ordinal}`;
}

export function cloudCall({ method, service }: Pick<LoggedRequest, 'method' | 'service'>): string {
  switch (service) {
    case 'keys-private':
      return `${method} private`;
    case 'keys-public':
      return `${method} public`;
    case 'iam':
      return 'token';
    default:
      return 'GET instance';
  }
}

/** A status that knows of a change is an intent, or what is left of one. */
export function kubeCall({ verb, status }: KubeCall): string {
  if (verb === 'applyStatus') {
    const { change } = (status ?? {}) as { readonly change?: unknown };
    return change === undefined ? 'kube status' : 'kube intent';
  }
  return verb === 'get' ? 'kube read back' : 'kube finalizer';
}
