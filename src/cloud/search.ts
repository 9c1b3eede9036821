/**
 * Global Search (API v3): what an account holds, with tags, a page of many resources at a time (vpc-endpoint-gateways
 * §8, §9). It lags: a new resource and a new tag show after seconds.
 */
import GlobalSearchV2 from '@ibm-cloud/platform-services/global-search/v2.js';
import { CloudError } from './errors.ts';
import type { AccountEdge, CallContext } from './http.ts';
import { SdkCalls } from './sdk-call.ts';

export interface GatewayTags {
  readonly tags: readonly string[];
  readonly accessTags: readonly string[];
}

/** A service instance that can be the target of endpoint gateways. */
export interface TargetInstance {
  readonly crn: string;
  readonly name: string;
  readonly region: string;
  /** CRN field of the service, such as `kms`. */
  readonly service: string;
  /** Names under which the instance answers; the first label may be a wildcard. */
  readonly hosts: readonly string[];
  /** Ranges of ports on which it answers. */
  readonly ports: readonly PortRange[];
}

export interface PortRange {
  readonly min: number;
  /** Included. */
  readonly max: number;
}

/** Published scripts ask for as many; IBM does not document the largest page (UNCONFIRMED). */
const pageLimit = 1000;

const search = { operation: 'search', write: false } as const;

/** A resource as found: nobody has checked it. */
type Item = Readonly<Record<string, unknown>>;

export class SearchClient {
  readonly #sdk: SdkCalls<GlobalSearchV2>;

  constructor(edge: AccountEdge, url: string) {
    this.#sdk = new SdkCalls(edge, { name: 'global-search', url, Sdk: GlobalSearchV2 });
  }

  /**
   * The tags of every endpoint gateway of a region, by CRN; of gateways without any, too. One that is missing is not
   * known to the search yet, or any more.
   */
  async listTaggedGateways(region: string, context: CallContext): Promise<ReadonlyMap<string, GatewayTags>> {
    const items = await this.#list(gatewaysOf(region), ['crn', 'tags', 'access_tags'], context);
    return new Map(
      items.map(({ crn, tags, access_tags: accessTags }) => [
        textOf(crn),
        { tags: textsOf(tags), accessTags: textsOf(accessTags) },
      ]),
    );
  }

  /** The account's service instances that carry what a gateway needs of its target, of every region. */
  async listTargetInstances(context: CallContext): Promise<readonly TargetInstance[]> {
    const fields = ['crn', 'name', 'region', 'doc.extensions'];
    return (await this.#list(targetInstances, fields, context)).map((item) => {
      const crn = textOf(item['crn']);
      const service = crn.split(':')[4] ?? '';
      const [name, region] = [textOf(item['name']), textOf(item['region'])];
      return { crn, name, region, service, hosts: hostsOf(item), ports: portsOf(item) };
    });
  }

  /**
   * Pages end, by IBM's word, with the first that is not full or that has no cursor. Cursors themselves may all be the
   * same.
   */
  async #list(query: string, fields: string[], context: CallContext): Promise<readonly Item[]> {
    const all = new Map<string, Item>();
    for (let body: Body = { query, fields }; ;) {
      const { items, limit, cursor } = await this.#page(body, context);
      const known = all.size;
      items.forEach((item) => all.set(textOf(item['crn']), item));
      if (items.length === 0 || items.length < limit || cursor === undefined) {
        return [...all.values()];
      }
      if (all.size === known) {
        throw malformed('the listing repeats a page');
      }
      body = { searchCursor: cursor };
    }
  }

  async #page(
    body: Body,
    context: CallContext,
  ): Promise<{
    readonly items: readonly Item[];
    readonly limit: number;
    readonly cursor: string | undefined;
  }> {
    const answer = await this.#sdk.call(search, context, async (sdk, headers) =>
      sdk.search({ ...body, limit: pageLimit, headers }),
    );
    // Something else than a list must not read as an account that holds nothing.
    if (!Array.isArray(answer.items)) {
      throw malformed('the answer has no items');
    }
    return { items: answer.items, limit: answer.limit, cursor: answer.search_cursor };
  }
}

type Body = { query: string; fields: string[] } | { searchCursor: string };

/**
 * `family`, `type` and `region` as IBM's own examples query VPCs and instances; that a gateway's type is the resource
 * type of its CRN, as theirs is, is inferred (UNCONFIRMED).
 */
function gatewaysOf(region: string): string {
  return `family:is AND type:endpoint-gateway AND region:${region}`;
}

/** As IBM's Terraform provider asks (§8). */
const targetInstances = 'doc.extensions.virtual_private_endpoints.endpoints.ip_address:*';

/** An empty host stands for the domain itself; `*` is a wildcard (sample in IBM's Databases documentation). */
function hostsOf(item: Item): readonly string[] {
  const extensions = endpointsOf(item);
  const domain = property(extensions, 'dns_domain');
  if (typeof domain !== 'string') {
    return [];
  }
  return textsOf(property(extensions, 'dns_hosts')).map((host) =>
    host === '' ? domain : `${host}.${domain}`,
  );
}

/** `ports[]` of fact sheet §8. */
function portsOf(item: Item): readonly PortRange[] {
  const ranges = property(endpointsOf(item), 'ports');
  return (Array.isArray(ranges) ? ranges : []).flatMap((range: unknown) => {
    const [min, max] = [property(range, 'port_min'), property(range, 'port_max')];
    return typeof min === 'number' && typeof max === 'number' ? [{ min, max }] : [];
  });
}

function endpointsOf(item: Item): unknown {
  return property(property(item['doc'], 'extensions'), 'virtual_private_endpoints');
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Item)[name] : undefined;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((element) => typeof element === 'string') : [];
}

function malformed(why: string): CloudError {
  return new CloudError(why, { reason: 'unknown', operation: search.operation });
}
