/** The actions of an HpcsNetworkPolicy: one PUT of the policy each. */
import type { NetworkSetting } from '../../cloud/key-types.ts';
import type { PlannedAction } from '../../controller/kind.ts';
import type { Change } from './guard/change.ts';

export type Action = PlannedAction & {
  readonly kind: 'Close' | 'Open' | 'PutBack';
  /** By the local clock: not sent later, since the proofs hold no longer. */
  readonly beforeMs?: number;
  /** Over which endpoint. Closing has one way only. */
  readonly over: 'private' | 'public';
  readonly setting: NetworkSetting;
};

/** What stops working for everybody who comes from the public network (hpcs-network-policy §4.1). */
const broken = {
  'hs-crypto':
    'the API and GREP11 and PKCS#11 clients, TKE, key management in the console, and pipelines outside IBM Cloud then are denied on the public network',
  kms: 'the API, the command line and pipelines outside IBM Cloud then are denied on the public network',
} as const;

export function close(service: string, beforeMs: number): Action {
  return {
    kind: 'Close',
    sentence: `set allowedNetwork to private-only: ${broken[service === 'kms' ? 'kms' : 'hs-crypto']}`,
    verb: 'close',
    destructive: true,
    pause: true,
    over: 'private',
    beforeMs,
    setting: { enabled: true, allowedNetwork: 'private-only' },
  };
}

export function open(over: Action['over']): Action {
  return {
    kind: 'Open',
    sentence: `set allowedNetwork to public-and-private, over the ${over} endpoint`,
    event: 'Opening',
    verb: 'open',
    pause: true,
    over,
    setting: { enabled: true, allowedNetwork: 'public-and-private' },
  };
}

/** No account can forbid it: it undoes what the guard could not confirm. */
export function putBack({ was }: Change, over: Action['over']): Action {
  const { enabled, allowedNetwork } = was;
  return {
    kind: 'PutBack',
    sentence: `put back what was there before, over the ${over} endpoint: the private path is lost`,
    pause: true,
    over,
    // A policy that was never set cannot be unset: one that does not hold means the same.
    setting: {
      enabled,
      allowedNetwork: !enabled && allowedNetwork === 'private-only' ? 'private-only' : 'public-and-private',
    },
  };
}
