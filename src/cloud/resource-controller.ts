/** Resource Controller (API v2): service instances of an account (hpcs-network-policy §3). */
import ResourceControllerV2 from '@ibm-cloud/platform-services/resource-controller/v2.js';
import type { InstanceEndpoints } from './endpoints.ts';
import { CloudError } from './errors.ts';
import type { AccountEdge, CallContext } from './http.ts';
import { SdkCalls } from './sdk-call.ts';

export interface ServiceInstance {
  readonly crn: string;
  readonly guid: string;
  readonly name: string;
  /** Such as `active`, `provisioning`, `pending_reclamation`, `removed` (§3.3). */
  readonly state: string;
  /** CRN field of the service, such as `kms`. */
  readonly service: string;
  readonly region: string;
  /** Where it answers, with or without a scheme; absent where Resource Controller does not say it (§2.3). */
  readonly endpoints?: InstanceEndpoints;
}

const getInstance = { operation: 'get_resource_instance', write: false } as const;
const listInstances = { operation: 'list_resource_instances', write: false } as const;

/** The largest page (§3.2). */
const pageLimit = 100;

/** An instance as answered: nobody has checked it. */
type Answer = Readonly<Record<string, unknown>>;

export class ResourceControllerClient {
  readonly #sdk: SdkCalls<ResourceControllerV2>;

  constructor(edge: AccountEdge, url: string) {
    this.#sdk = new SdkCalls(edge, { name: 'resource-controller', url, Sdk: ResourceControllerV2 });
  }

  /**
   * By its CRN or GUID. `undefined` when it does not exist or cannot be accessed. A removed one may be readable for a
   * while.
   */
  async getInstance(id: string, context: CallContext): Promise<ServiceInstance | undefined> {
    try {
      const answer: unknown = await this.#sdk.call(getInstance, context, async (sdk, headers) =>
        sdk.getResourceInstance({ id, headers }),
      );
      return instanceIn((answer ?? {}) as Answer, id);
    } catch (error) {
      if (error instanceof CloudError && error.reason === 'absent') {
        return undefined;
      }
      throw error;
    }
  }

  /** Those that are active or being made: others are read by `getInstance` only (§3.2). */
  async listInstances(context: CallContext): Promise<readonly ServiceInstance[]> {
    const instances: ServiceInstance[] = [];
    const starts = new Set<string>();
    for (let start: string | undefined; ;) {
      const page = await this.#sdk.call(listInstances, context, async (sdk, headers) =>
        sdk.listResourceInstances({ limit: pageLimit, ...(start !== undefined && { start }), headers }),
      );
      if (!Array.isArray(page.resources)) {
        throw malformed('the answer has no resources', listInstances.operation);
      }
      instances.push(...page.resources.map((one) => instanceIn({ ...one })));
      // Followed by its token only, never as a URL.
      start = startIn(page.next_url);
      if (start === undefined) {
        return instances;
      }
      if (starts.has(start)) {
        throw malformed('the listing repeats a page', listInstances.operation);
      }
      starts.add(start);
    }
  }
}

/** `asked`: an answer that leaves its CRN out is about the CRN that it was asked by. */
function instanceIn(answer: Answer, asked = ''): ServiceInstance {
  const { name, state, guid, extensions, region_id: region } = answer;
  if (typeof state !== 'string') {
    throw malformed('the answer is no instance', getInstance.operation);
  }
  const crn = textOf(answer['crn']) || asked;
  const fields = crn.split(':');
  const endpoints = endpointsIn(extensions);
  return {
    crn,
    guid: textOf(guid) || (fields[7] ?? ''),
    name: textOf(name),
    state,
    service: fields[4] ?? '',
    region: textOf(region) || (fields[5] ?? ''),
    ...(endpoints !== undefined && { endpoints }),
  };
}

function endpointsIn(extensions: unknown): InstanceEndpoints | undefined {
  const endpoints = (extensions as { readonly endpoints?: unknown } | null | undefined)?.endpoints;
  const { private: inner, public: open } = (endpoints ?? {}) as Readonly<Record<string, unknown>>;
  return typeof inner === 'string' && typeof open === 'string' ? { private: inner, public: open } : undefined;
}

function startIn(nextUrl: unknown): string | undefined {
  const anyBase = 'https://next.invalid';
  return typeof nextUrl === 'string' && URL.canParse(nextUrl, anyBase)
    ? (new URL(nextUrl, anyBase).searchParams.get('start') ?? undefined)
    : undefined;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function malformed(why: string, operation: string): CloudError {
  return new CloudError(why, { reason: 'unknown', operation });
}
