/** Resource Manager (API v2): the resource groups of an account. */
import ResourceManagerV2 from '@ibm-cloud/platform-services/resource-manager/v2.js';
import { CloudError } from './errors.ts';
import type { AccountEdge, CallContext } from './http.ts';
import { SdkCalls } from './sdk-call.ts';

export interface ResourceGroup {
  readonly id: string;
  readonly name: string;
  readonly crn: string;
}

const listResourceGroups = { operation: 'list_resource_groups', write: false } as const;

export class ResourceManagerClient {
  readonly #sdk: SdkCalls<ResourceManagerV2>;

  constructor(edge: AccountEdge, url: string) {
    this.#sdk = new SdkCalls(edge, { name: 'resource-manager', url, Sdk: ResourceManagerV2 });
  }

  /** Those that the token may see; the API has no pages. */
  async listResourceGroups(accountID: string, context: CallContext): Promise<readonly ResourceGroup[]> {
    const { resources } = await this.#sdk.call(listResourceGroups, context, async (sdk, headers) =>
      sdk.listResourceGroups({ accountId: accountID, headers }),
    );
    // Something else than a list must not read as an account without groups.
    if (!Array.isArray(resources)) {
      const fields = { reason: 'unknown', operation: listResourceGroups.operation } as const;
      throw new CloudError('the answer has no resources', fields);
    }
    return resources.map(({ id = '', name = '', crn = '' }) => ({ id, name, crn }));
  }
}
