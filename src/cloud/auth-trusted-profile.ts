/**
 * Tokens for a trusted profile in exchange for the projected token of a ServiceAccount: the `cr-token` grant of IAM
 * (hpcs-network-policy §8.1, §8.2). The profile trusts the cluster, namespace and ServiceAccount by a link or rule.
 */
import { IamRequestBasedTokenManager } from 'ibm-cloud-sdk-core';
import {
  type AuthEdge,
  fileVersion,
  type ManagerOptions,
  readSecret,
  requestToken,
} from './auth-exchange.ts';
import type { CloudError } from './errors.ts';
import type { TokenIssuer } from './token-cache.ts';

/** The profile, by exactly one of its names. */
export type TrustedProfile = { readonly id: string } | { readonly name: string } | { readonly crn: string };

/** `tokenFile` is the path of the projected token, which the kubelet renews. */
export type TrustedProfileAuth = TrustedProfile & { readonly tokenFile: string };

const operation = 'get_token_cr_token';

export function trustedProfileIssuer(auth: TrustedProfileAuth, iamURL: string, edge: AuthEdge): TokenIssuer {
  const { tokenFile: path, ...profile } = auth;
  const fields = Object.entries(profile).map(([by, value]) => [`profile_${by}`, value]);
  return {
    version: async () => fileVersion(path),
    issue: async () => {
      const form = {
        grant_type: 'urn:ibm:params:oauth:grant-type:cr-token',
        cr_token: await readSecret(path, 'token file', operation),
        ...Object.fromEntries(fields),
      };
      return requestToken(edge, {
        service: 'iam',
        operation,
        ask: async (options) => new ComputeResourceTokens(form, iamURL, edge.userAgent, options).ask(),
        advice: (failure) => advise(failure, auth),
      });
    },
  };
}

/** The codes are IAM's (hpcs-network-policy §8.4). */
function advise({ code }: CloudError, { tokenFile, ...profile }: TrustedProfileAuth): string | undefined {
  switch (code) {
    case 'BXNIM0398E':
      return (
        `check that trusted profile ${Object.values(profile).join('')} exists and that a link or claim rule of it ` +
        "matches the operator's cluster, namespace and ServiceAccount"
      );
    case 'BXNIM0407E':
      return `check that ${tokenFile} is a projected ServiceAccount token with audience iam that has not expired`;
    default:
      return undefined;
  }
}

/**
 * IBM's `ContainerTokenManager` for this grant reads its file by itself, synchronously, and refuses a profile that is
 * given by its CRN (seen with 5.9.1), so this builds on what it builds on.
 */
class ComputeResourceTokens extends IamRequestBasedTokenManager {
  constructor(
    form: Readonly<Record<string, string>>,
    url: string,
    userAgent: string,
    options: ManagerOptions,
  ) {
    super({ url, ...options });
    this.formData = form;
    this.userAgent = userAgent;
  }

  async ask(): Promise<unknown> {
    return this.requestToken();
  }
}
