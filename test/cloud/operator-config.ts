/** The operator's configuration (design §2, §4) for an account of the simulated cloud. */
import type { Endpoints } from './apps.ts';
import type { Cloud } from './cloud.ts';

export interface OperatorConfig {
  readonly accounts: ReadonlyArray<{
    readonly name: string;
    readonly auth: { readonly apiKeyFile: string };
    readonly allowedNamespaces: readonly string[];
  }>;
  readonly endpoints: {
    readonly overrides: Readonly<Record<string, string>>;
    readonly allowedHosts: readonly string[];
    readonly caBundleFile: string;
  };
  readonly http: { readonly host: string; readonly port: number };
}

/** `account` is both the name in the cloud's seed and the one that objects refer to. */
export async function operatorConfig(cloud: Cloud, account = 'default'): Promise<OperatorConfig> {
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
      overrides: overridesOf(endpoints),
      allowedHosts: ['127.0.0.1'],
      caBundleFile: cloud.caFile,
    },
    // A free port, which the operator logs: another operator or program may have 8080.
    http: { host: '127.0.0.1', port: 0 },
  };
}

/**
 * Leads every service to the simulated cloud, by the names of §6.3 of vpc-endpoint-gateways and §2.2 of
 * hpcs-network-policy, but for the instances of key management: which of their two sides answers is a matter of the
 * network. An operator that is placed in the simulated one reaches them there, by their real names.
 */
export function overridesOf(endpoints: Endpoints): Readonly<Record<string, string>> {
  return {
    IBMCLOUD_IS_NG_API_ENDPOINT: endpoints.vpcOfAnyRegion,
    IBMCLOUD_CR_VPC_URL: endpoints.metadata,
    IBMCLOUD_IAM_API_ENDPOINT: endpoints.iam,
    IBMCLOUD_GT_API_ENDPOINT: endpoints.tagging,
    IBMCLOUD_GS_API_ENDPOINT: endpoints.search,
    IBMCLOUD_CATALOG_MANAGEMENT_API_ENDPOINT: endpoints.catalog,
    IBMCLOUD_RESOURCE_CONTROLLER_API_ENDPOINT: endpoints.resourceController,
    IBMCLOUD_RESOURCE_MANAGEMENT_API_ENDPOINT: endpoints.resourceManager,
    IBMCLOUD_HPCS_API_ENDPOINT: endpoints.hpcsBroker,
  };
}
