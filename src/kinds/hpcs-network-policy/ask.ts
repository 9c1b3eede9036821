/** Reads the policy at one endpoint, and says what came of it in the guard's words. */
import type { InstanceEndpoints } from '../../cloud/endpoints.ts';
import { CloudError } from '../../cloud/errors.ts';
import type { KeySide } from '../../cloud/key-management.ts';
import { NoWayError } from '../../cloud/private-way.ts';
import type { CallContext } from '../../cloud/http.ts';
import type { Session } from '../../cloud/accounts.ts';
import { addressClass } from '../../lib/address-class.ts';
import type { Answer, Trusted } from './observed.ts';

export interface Asked {
  readonly guid: string;
  readonly endpoints: InstanceEndpoints;
  readonly trusted: Trusted;
  /** Which of several addresses of the private endpoint is taken. */
  readonly turn: number;
}

/** What a read needs. */
export type Asking = CallContext & { readonly session: Pick<Session, 'keyManagement'> };

export async function askPrivate(asked: Asked, io: Asking): Promise<Answer> {
  return ask(privateSide(asked), asked.guid, io);
}

export async function askPublic(asked: Pick<Asked, 'endpoints' | 'guid'>, io: Asking): Promise<Answer> {
  return ask(publicSide(asked), asked.guid, io);
}

export function publicSide({ endpoints }: Pick<Asked, 'endpoints'>): KeySide {
  return { side: 'public', url: endpoints.public };
}

export function privateSide({ endpoints, trusted, turn }: Asked): KeySide {
  return {
    side: 'private',
    url: endpoints.private,
    turn,
    isPrivate: (address) => isTrusted(address, trusted),
  };
}

function isTrusted(address: string, trusted: Trusted): boolean {
  switch (trusted.kind) {
    case 'gateway':
      return trusted.addresses.includes(address);
    case 'classic':
      return addressClass(address) === 'classic-service';
    case 'private':
      return addressClass(address) !== 'public';
  }
}

async function ask(side: KeySide, guid: string, io: Asking): Promise<Answer> {
  try {
    return { kind: 'answered', policy: await io.session.keyManagement.getPolicy(side, guid, io) };
  } catch (error) {
    if (!(error instanceof CloudError)) {
      throw error;
    }
    return answerOf(error, side);
  }
}

function answerOf(error: CloudError, { side }: KeySide): Answer {
  if (error instanceof NoWayError) {
    return { kind: 'noWay', obstacle: error.obstacle };
  }
  // The token is asked for first, of another service: what that answers is nobody's word about the instance.
  const isOfService = error.operation === 'get_instance_policy';
  if (error.reason === 'denied' && isOfService) {
    return { kind: 'denied', error };
  }
  const isSilent =
    side === 'public' && error.status === undefined && error.operation === 'get_instance_policy';
  return isSilent ? { kind: 'unreachable', error } : { kind: 'failed', error };
}
