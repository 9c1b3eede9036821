/**
 * What an operator asked of an account, listing by listing, beside what the account's size allows (design §7). Pages
 * follow from what the account holds, polls and calls from the requests that arrived.
 */
import type { Control } from '../../cloud/control.ts';
import type { LoggedRequest } from '../../cloud/request-log.ts';

/** More than the pages of each listing: for what a drift takes to be put right, and for tokens. */
const allowance = 1.1;

export interface Row {
  readonly listing: string;
  /** Of one complete listing. */
  readonly pages: number;
  /** How often it was begun. */
  readonly polls: number;
  readonly calls: number;
}

export interface Account {
  readonly rows: readonly Row[];
  /** One call for each gateway that has bindings, and poll: they stand apart. */
  readonly resourceBindings: Row;
  /** Operations that are no listing, with the calls of each. */
  readonly singles: Readonly<Record<string, number>>;
  /** All but the resource bindings. */
  readonly calls: number;
  readonly bound: number;
}

interface Listing {
  readonly name: string;
  readonly pages: number;
  readonly has: (request: LoggedRequest) => boolean;
  readonly begins: (request: LoggedRequest) => boolean;
}

export function accountFor(requests: readonly LoggedRequest[], control: Control, account: string): Account {
  const listings = listingsOf(control, account);
  const rows = listings.map((listing) => rowOf(listing, requests)).filter(({ calls }) => calls > 0);
  const bindings: Listing = {
    name: 'resource bindings',
    pages: 1,
    has: ({ operation }) => operation === 'list_endpoint_gateway_resource_bindings',
    begins: () => true,
  };
  const singles = requests.filter((request) => ![...listings, bindings].some(({ has }) => has(request)));
  const listed = rows.reduce((sum, { calls }) => sum + calls, 0);
  const pages = rows.reduce((sum, row) => sum + row.pages * row.polls, 0);
  return {
    rows,
    resourceBindings: rowOf(bindings, requests),
    singles: countByOperation(singles),
    calls: listed + singles.length,
    bound: Math.floor(allowance * pages),
  };
}

export function render({ rows, resourceBindings, singles, calls, bound }: Account): string {
  return [
    line(['listing', 'pages', 'polls', 'calls', 'bound']),
    ...rows.map((row) => line([row.listing, row.pages, row.polls, row.calls, allowed(row)])),
    ...Object.entries(singles).map(([operation, count]) => line([operation, '', '', count, ''])),
    line(['all', '', '', calls, bound]),
    line(['apart: resource bindings', '', '', resourceBindings.calls, '']),
  ].join('\n');
}

function line([first = '', ...others]: readonly (string | number)[]): string {
  return String(first).padEnd(34) + others.map((cell) => String(cell).padStart(7)).join('');
}

function allowed({ pages, polls }: Row): string {
  return (allowance * pages * polls).toFixed(1);
}

function rowOf({ name, pages, has, begins }: Listing, requests: readonly LoggedRequest[]): Row {
  const own = requests.filter(has);
  return { listing: name, pages, polls: own.filter(begins).length, calls: own.length };
}

const vpcPage = 100;
const searchPage = 1_000;
const tagPage = 1_000;

function listingsOf(control: Control, account: string): readonly Listing[] {
  const { gateways, vpcs, subnets, securityGroups } = control.area(account, 'us-south');
  const tags = new Set(control.leftovers().tags.flatMap((resource) => resource.tags));
  return [
    ofVpcApi('gateways', 'list_endpoint_gateways', gateways.size),
    ofSearch('tags of gateways (search)', 'type:endpoint-gateway', gateways.size),
    ofVpcApi('VPCs', 'list_vpcs', vpcs.size),
    ofVpcApi('subnets', 'list_subnets', subnets.size),
    ofVpcApi('security groups', 'list_security_groups', securityGroups.size),
    ofSearch('service instances (search)', 'virtual_private_endpoints', 0),
    {
      name: 'tags in use (orphan sweep)',
      pages: Math.max(1, Math.ceil(tags.size / tagPage)),
      has: ({ operation, query }) => operation === 'list_tags' && query['attached_only'] !== undefined,
      begins: ({ query }) => Number(query['offset'] ?? 0) === 0,
    },
  ];
}

function ofVpcApi(name: string, operation: string, items: number): Listing {
  return {
    name,
    pages: Math.max(1, Math.ceil(items / vpcPage)),
    has: (request) => request.operation === operation,
    begins: ({ query }) => query['start'] === undefined,
  };
}

/** The last page is, by IBM's word, the first that is not full: a thousand items take two. */
function ofSearch(name: string, words: string, items: number): Listing {
  return {
    name,
    pages: Math.floor(items / searchPage) + 1,
    has: (request) => request.operation === 'search' && queryOf(request).includes(words),
    begins: ({ body }) => (body as SearchBody).search_cursor === undefined,
  };
}

interface SearchBody {
  readonly query?: string;
  readonly search_cursor?: string;
}

/** The simulator's cursors hold the query that they go on with. */
function queryOf({ body }: LoggedRequest): string {
  const { query, search_cursor: cursor } = body as SearchBody;
  return query ?? Buffer.from(cursor ?? '', 'base64url').toString();
}

function countByOperation(requests: readonly LoggedRequest[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { operation = 'unknown' } of requests) {
    counts[operation] = (counts[operation] ?? 0) + 1;
  }
  return counts;
}
