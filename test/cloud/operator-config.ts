/** The operator's configuration (design §2, §4) for an account of the simulated cloud. */
import type { Cloud } from './cloud.ts';

export interface OperatorConfig {
  readonly accounts: ReadonlyArray<{
    readonly name: string;
    readonly auth: { readonly apiKeyFile: string };
    readonly allowedNamespaces: readonly string[];
  }>;
  readonly endpoints: {
    /** By the names of §6.3 of vpc-endpoint-gateways. */
    readonly overrides: Readonly<Record<string, string>>;
    readonly allowedHosts: readonly string[];
    readonly caBundleFile: string;
  };
  readonly http: { readonly host: string; readonly port: number };
}

/** `account` is both the name in the cloud's seed and the one that objects refer to. */
export async function operatorConfig(
  cloud: Cloud,
  account = 'default',
  region = 'us-south',
): Promise<OperatorConfig> {
  const { endpoints } = cloud;
  return {
    accounts: [
      {
        name: account,
        auth: { apiKeyFile: await cloud.apiKeyFile(account) },
        allowedNamespaces: ['*'],
      },
    ],
    endpoints: {
      overrides: {
        IBMCLOUD_IS_NG_API_ENDPOINT: endpoints.vpc(region),
        IBMCLOUD_IAM_API_ENDPOINT: endpoints.iam,
        IBMCLOUD_GT_API_ENDPOINT: endpoints.tagging,
      },
      allowedHosts: ['127.0.0.1'],
      caBundleFile: cloud.caFile,
    },
    // A free port, which the operator logs: another operator or program may have 8080.
    http: { host: '127.0.0.1', port: 0 },
  };
}
