/** The ways in which the configuration can say who the operator is in an account: exactly one for each account. */
import { apiKeyIssuer } from './auth-api-key.ts';
import type { AuthEdge } from './auth-exchange.ts';
import { type InstanceIdentityAuth, instanceIdentityIssuer } from './auth-instance-identity.ts';
import { type TrustedProfileAuth, trustedProfileIssuer } from './auth-trusted-profile.ts';
import type { Endpoints } from './endpoints.ts';
import type { TokenIssuer } from './token-cache.ts';

export type AccountAuth =
  /** Path of a file that holds an API key and nothing else. */
  | { readonly apiKeyFile: string }
  | { readonly trustedProfile: TrustedProfileAuth }
  | { readonly instanceIdentity: InstanceIdentityAuth };

/** Files are read afresh for every token, so that what is rotated needs no restart. */
export function tokenIssuer(
  auth: AccountAuth,
  endpoints: Pick<Endpoints, 'iam' | 'metadata'>,
  edge: AuthEdge,
): TokenIssuer {
  if ('apiKeyFile' in auth) {
    return apiKeyIssuer(auth.apiKeyFile, endpoints.iam, edge);
  }
  if ('trustedProfile' in auth) {
    return trustedProfileIssuer(auth.trustedProfile, endpoints.iam, edge);
  }
  return instanceIdentityIssuer(auth.instanceIdentity, (protocol) => endpoints.metadata(protocol), edge);
}
