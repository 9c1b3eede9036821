/** Tokens for an API key: the `apikey` grant of IAM (IAM Identity Services API, `POST /identity/token`). */
import { IamTokenManager } from 'ibm-cloud-sdk-core';
import {
  type AuthEdge,
  fileVersion,
  type ManagerOptions,
  readSecret,
  requestToken,
} from './auth-exchange.ts';
import type { TokenIssuer } from './token-cache.ts';

const operation = 'get_token_api_key';

/** `path` is that of a file that holds the API key and nothing else; `iamURL` has no path. */
export function apiKeyIssuer(path: string, iamURL: string, edge: AuthEdge): TokenIssuer {
  return {
    version: async () => fileVersion(path),
    issue: async () => {
      const apikey = await readSecret(path, 'API key file', operation);
      return requestToken(edge, {
        service: 'iam',
        operation,
        ask: async (options) => new ApiKeyTokens(apikey, iamURL, edge.userAgent, options).ask(),
        advice: () => undefined,
      });
    },
  };
}

/** Opens the two parts of IBM's token manager that it keeps to itself: the request and the User-Agent. */
class ApiKeyTokens extends IamTokenManager {
  constructor(apikey: string, url: string, userAgent: string, options: ManagerOptions) {
    super({ apikey, url, ...options });
    this.userAgent = userAgent;
  }

  async ask(): Promise<unknown> {
    return this.requestToken();
  }
}
