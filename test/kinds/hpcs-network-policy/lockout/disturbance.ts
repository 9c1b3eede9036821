/** What can go wrong at a boundary of a closing. */
import type { Harm } from '../../../cloud/faults.ts';
import type { AddressFaultKind, DnsFaultKind } from '../../../cloud/network/faults.ts';
import { type Boundary, nameOf } from './boundary.ts';

export type What =
  /** The process dies there; nothing of it happens afterwards. */
  | { readonly kind: 'kill' }
  /** The call comes to something else than its answer. */
  | { readonly kind: 'call'; readonly name: string; readonly harm: Harm }
  /** From then on, for some passes, names or addresses of the private endpoint fail. */
  | { readonly kind: 'path'; readonly dns: DnsFaultKind; readonly passes: number }
  | { readonly kind: 'path'; readonly address: AddressFaultKind; readonly passes: number }
  /** The credentials lose their role, for some passes. */
  | { readonly kind: 'role'; readonly passes: number }
  /** The user asks for the opposite, for some passes. */
  | { readonly kind: 'wish'; readonly passes: number }
  /** Reads and enforcement lag behind writes, for some passes. */
  | { readonly kind: 'lag'; readonly passes: number }
  /** Somebody else sets the policy. */
  | { readonly kind: 'stranger'; readonly network: 'public-and-private' | 'private-only' };

export interface Disturbance {
  readonly at: Boundary;
  readonly what: What;
}

/** More passes than a closing and its confirmation take: until it is mended at the end. */
export const lasting = 40;

const harms: Readonly<Record<string, Harm>> = {
  dropped: { drop: true },
  '401': { status: 401 },
  '403': { status: 403 },
  '429': { status: 429 },
  '429 with Retry-After': { status: 429, retryAfter: 1 },
  '500': { status: 500 },
  '503': { status: 503 },
};

/** At calls to the cloud; those to the API server can be dropped and killed only. */
export const cloudTroubles: readonly What[] = [
  { kind: 'kill' },
  ...Object.entries(harms).map(([name, harm]) => ({ kind: 'call', name, harm }) as const),
  ...[1, 6, lasting].flatMap((passes): readonly What[] => [
    { kind: 'path', dns: 'nxdomain', passes },
    { kind: 'path', dns: 'public', passes },
    { kind: 'path', dns: 'servfail', passes },
    { kind: 'path', address: 'refused', passes },
    { kind: 'path', address: 'untrusted', passes },
    { kind: 'role', passes },
  ]),
  ...[3, 20].flatMap((passes): readonly What[] => [
    { kind: 'wish', passes },
    { kind: 'lag', passes },
  ]),
  { kind: 'stranger', network: 'public-and-private' },
  { kind: 'stranger', network: 'private-only' },
];

export const kubeTroubles: readonly What[] = [
  { kind: 'kill' },
  { kind: 'call', name: 'dropped', harm: { drop: true } },
  { kind: 'path', dns: 'nxdomain', passes: lasting },
  { kind: 'role', passes: 6 },
];

export function wordsFor(what: What): string {
  switch (what.kind) {
    case 'kill':
      return 'killed';
    case 'call':
      return what.name;
    case 'path':
      return `${'dns' in what ? `DNS ${what.dns}` : `connections ${what.address}`} for ${what.passes} passes`;
    case 'role':
      return `the role is lost for ${what.passes} passes`;
    case 'wish':
      return `the user wants it open for ${what.passes} passes`;
    case 'lag':
      return `reads and enforcement lag for ${what.passes} passes`;
    case 'stranger':
      return `somebody sets ${what.network}`;
  }
}

export function disturbanceName({ at, what }: Disturbance): string {
  return `${wordsFor(what)} ${nameOf(at)}`;
}
