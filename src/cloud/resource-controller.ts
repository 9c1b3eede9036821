/** Resource Controller (API v2): service instances of an account (hpcs-network-policy §3). */
import ResourceControllerV2 from '@ibm-cloud/platform-services/resource-controller/v2.js';
import { CloudError } from './errors.ts';
import type { AccountEdge, CallContext } from './http.ts';
import { SdkCalls } from './sdk-call.ts';

export interface ServiceInstance {
  readonly crn: string;
  readonly name: string;
  /** Such as `active`, `provisioning`, `pending_reclamation`, `removed` (§3.3). */
  readonly state: string;
}

const getInstance = { operation: 'get_resource_instance', write: false } as const;

export class ResourceControllerClient {
  readonly #sdk: SdkCalls<ResourceControllerV2>;

  constructor(edge: AccountEdge, url: string) {
    this.#sdk = new SdkCalls(edge, { name: 'resource-controller', url, Sdk: ResourceControllerV2 });
  }

  /** `undefined` when it does not exist or cannot be accessed. A removed one may be readable for a while. */
  async getInstance(crn: string, context: CallContext): Promise<ServiceInstance | undefined> {
    try {
      const { name = '', state } = await this.#sdk.call(getInstance, context, async (sdk, headers) =>
        sdk.getResourceInstance({ id: crn, headers }),
      );
      if (typeof state !== 'string') {
        const fields = { reason: 'unknown', operation: getInstance.operation } as const;
        throw new CloudError('the answer is no instance', fields);
      }
      return { crn, name, state };
    } catch (error) {
      if (error instanceof CloudError && error.reason === 'absent') {
        return undefined;
      }
      throw error;
    }
  }
}
