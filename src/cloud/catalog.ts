/** Catalog Management (API v1): the services that endpoint gateways can lead to (vpc-endpoint-gateways §8). */
import CatalogManagementV1 from '@ibm-cloud/platform-services/catalog-management/v1.js';
import { CloudError } from './errors.ts';
import type { AccountEdge, CallContext } from './http.ts';
import { SdkCalls } from './sdk-call.ts';

/** A service, or one of the endpoints of a service that has several. */
export interface ServiceTarget {
  /** Display name. */
  readonly name: string;
  /** CRN field of the service, such as `kms`. */
  readonly service: string;
  /** CRN field of the location: a region or `global`. */
  readonly location: string;
  readonly crn: string;
  /** Empty when the catalogue does not say. */
  readonly endpointType: string;
  /** Names under which the service answers. */
  readonly hosts: readonly string[];
}

/** As IBM's Go SDK asks in its integration tests; the service may give fewer. */
const pageLimit = 1000;

const searchObjects = { operation: 'search_objects', write: false } as const;

interface Page {
  readonly resources?: readonly { label?: string; data?: Readonly<Record<string, unknown>> }[];
  readonly next?: string;
}

export class CatalogClient {
  readonly #sdk: SdkCalls<CatalogManagementV1>;

  constructor(edge: AccountEdge, url: string) {
    this.#sdk = new SdkCalls(edge, { name: 'catalog-management', url, Sdk: CatalogManagementV1 });
  }

  /** The service-level targets of a region; what the catalogue lists without a CRN is left out. */
  async listServiceTargets(region: string, context: CallContext): Promise<readonly ServiceTarget[]> {
    const query = `kind:vpe AND svc AND parent_id:${region}`;
    const targets: ServiceTarget[] = [];
    for (let offset = 0; ;) {
      const { resources, next }: Page = await this.#sdk.call(searchObjects, context, async (sdk, headers) =>
        sdk.searchObjects({ query, limit: pageLimit, offset, digest: false, headers }),
      );
      // Something else than a list must not read as a region without targets.
      if (!Array.isArray(resources)) {
        throw malformed('the answer has no resources');
      }
      targets.push(...resources.flatMap(targetOf));
      if (next === undefined || next === null) {
        return targets;
      }
      const nextOffset = offsetOf(next);
      if (nextOffset <= offset) {
        throw malformed('the next page does not follow this one');
      }
      offset = nextOffset;
    }
  }
}

type CatalogObject = NonNullable<Page['resources']>[number];

function targetOf({ label, data }: CatalogObject): ServiceTarget[] {
  const { service_crn: crn, endpoint_type: type, fully_qualified_domain_names: names } = data ?? {};
  if (typeof crn !== 'string' || crn === '') {
    return [];
  }
  const [, , , , service = '', location = ''] = crn.split(':');
  return [
    {
      name: label ?? service,
      service,
      location,
      crn,
      endpointType: typeof type === 'string' ? type : '',
      hosts: Array.isArray(names) ? names.filter((name) => typeof name === 'string') : [],
    },
  ];
}

/** Only the offset is read: an answer cannot direct a token to another host. 0 when there is none. */
function offsetOf(next: string): number {
  const anyBase = 'https://next.invalid';
  return URL.canParse(next, anyBase) ? Number(new URL(next, anyBase).searchParams.get('offset')) : 0;
}

function malformed(why: string): CloudError {
  return new CloudError(why, { reason: 'unknown', operation: searchObjects.operation });
}
