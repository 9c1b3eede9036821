/**
 * Tokens for the identity of the virtual server instance that the operator runs on, from the VPC metadata service
 * (hpcs-network-policy §8.3, private-cli §3d): an identity token of the instance first, and for that an IAM token of
 * a trusted profile. Both requests stay on the instance's host.
 */
import { VpcInstanceTokenManager } from 'ibm-cloud-sdk-core';
import { type AuthEdge, type ManagerOptions, requestToken } from './auth-exchange.ts';
import type { CloudError } from './errors.ts';
import type { TokenIssuer } from './token-cache.ts';

/** What the instance's `metadata_service.protocol` says. */
export type MetadataProtocol = 'http' | 'https';

export interface InstanceIdentityAuth {
  /** By exactly one of them. Absent: the default profile of the instance. */
  readonly profile?: { readonly id?: string; readonly crn?: string };
  /** Absent: `http`, as with the instance. */
  readonly protocol?: MetadataProtocol;
}

/** The newest one, which serves bare metal servers as well (private-cli §3d). */
const serviceVersion = '2025-08-26';

/** Of the two requests, which the manager makes as one; it does not tell them apart. */
const operation = 'create_iam_token';

export function instanceIdentityIssuer(
  auth: InstanceIdentityAuth,
  metadataURL: (protocol: MetadataProtocol) => string,
  edge: AuthEdge,
): TokenIssuer {
  const { profile, protocol = 'http' } = auth;
  const url = metadataURL(protocol);
  return {
    // The credentials are the instance itself.
    version: async () => undefined,
    issue: async () =>
      requestToken(edge, {
        service: 'metadata',
        operation,
        ask: async (options) => new InstanceTokens(profile, url, edge.userAgent, options).ask(),
        advice: (failure) => advise(failure, profile, protocol),
      }),
  };
}

function advise(
  { code, reason, status }: CloudError,
  profile: InstanceIdentityAuth['profile'],
  protocol: MetadataProtocol,
): string | undefined {
  if (code === 'profile_not_linked' || status === 404) {
    return profile === undefined
      ? 'check that the instance has a default trusted profile, or name one'
      : `check that trusted profile ${Object.values(profile).join('')} exists and is linked to the instance`;
  }
  // A service that is off does not answer at all, nor does one that is too many hops away.
  if (status === 403 || (status === undefined && reason === 'unavailable')) {
    return (
      `check that the instance's metadata service is on with protocol ${protocol}, and that its response hop limit ` +
      'lets a pod reach it'
    );
  }
  return undefined;
}

/** Opens the two parts of IBM's token manager that it keeps to itself: the request and the User-Agent. */
class InstanceTokens extends VpcInstanceTokenManager {
  constructor(
    profile: InstanceIdentityAuth['profile'],
    url: string,
    userAgent: string,
    options: ManagerOptions,
  ) {
    const { id, crn } = profile ?? {};
    const named = {
      ...(id !== undefined && { iamProfileId: id }),
      ...(crn !== undefined && { iamProfileCrn: crn }),
    };
    super({ ...named, serviceVersion, url, ...options });
    this.userAgent = userAgent;
  }

  async ask(): Promise<unknown> {
    return this.requestToken();
  }
}
