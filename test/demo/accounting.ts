/** Counts what a run cost: cloud calls from the simulator's request log, Kubernetes writes from the audit log. */
import type { LoggedRequest } from '../cloud/request-log.ts';
import { type AuditEntry, isWrite } from '../harness/audit.ts';
import { operatorUser } from '../harness/install.ts';
import type { DemoResult } from './result.ts';

/** Listings that serve every object; a page is a call. */
const shared: ReadonlySet<string> = new Set([
  'list_endpoint_gateways',
  'list_vpcs',
  'list_subnets',
  'list_security_groups',
  'search',
  'search_objects',
  'list_resource_instances',
]);

export interface Gateway {
  readonly name: string;
  /** Ids that the gateway had; a gateway that was created again had several. */
  readonly ids: readonly string[];
  /** Changed or disturbed between create and delete: does not count for the maxima. */
  readonly disturbed: boolean;
}

export function account(
  requests: readonly LoggedRequest[],
  audit: readonly AuditEntry[],
  gateways: readonly Gateway[],
): Pick<DemoResult, 'cloudCalls' | 'sharedListings' | 'kubeWrites' | 'perGateway'> {
  const ours = requests.filter(
    ({ service, userAgent }) => service !== 'iam' && userAgent?.startsWith('vpe-operator/'),
  );
  const listings = ours.filter(({ operation }) => shared.has(operation ?? ''));
  const single = ours.filter(({ operation }) => !shared.has(operation ?? ''));
  const writes = audit.filter((entry) => entry.user.username === operatorUser && isWrite(entry));
  const undisturbed = gateways.filter(({ disturbed }) => !disturbed);
  const most = (count: (gateway: Gateway) => number): number => Math.max(0, ...undisturbed.map(count));
  const callsById = countBy(
    single.flatMap((request) => gatewayIdsIn(request)),
    (id) => id,
  );
  const writesByName = countBy(writes.filter(isObjectWrite), ({ objectRef }) => objectRef?.name ?? '');
  const eventsByName = countBy(writes.filter(isEventWrite), ({ objectRef }) =>
    eventSubject(objectRef?.name ?? ''),
  );
  return {
    cloudCalls: {
      total: single.length,
      byOperation: countBy(single, ({ operation }) => operation ?? 'unknown'),
    },
    sharedListings: {
      calls: listings.length,
      byListing: countBy(listings, ({ operation }) => operation ?? ''),
    },
    kubeWrites: { total: writes.length, byVerb: countBy(writes, describeWrite) },
    perGateway: {
      maxCloudCalls: most(({ ids }) => ids.reduce((sum, id) => sum + (callsById[id] ?? 0), 0)),
      maxObjectWrites: most(({ name }) => writesByName[name] ?? 0),
      maxEvents: most(({ name }) => eventsByName[name] ?? 0),
    },
  };
}

/** The gateway that a call is about stands in its path, its query, its body or, for a create, its answer. */
function gatewayIdsIn({ path, query, body, createdId, operation }: LoggedRequest): readonly string[] {
  if (operation === 'create_endpoint_gateway' && createdId !== undefined) {
    return [createdId];
  }
  const text = `${path} ${JSON.stringify(query)} ${JSON.stringify(body ?? '')}`;
  const inPath = /\/(?:endpoint_gateways|targets)\/([-0-9a-z_]+)/.exec(text)?.[1];
  const inCrn = /:endpoint-gateway:([-0-9a-z_]+)/.exec(decodeURIComponent(text))?.[1];
  const found = inPath ?? inCrn;
  return found === undefined ? [] : [found];
}

function isObjectWrite({ objectRef }: AuditEntry): boolean {
  return objectRef?.resource === 'endpointgateways';
}

function isEventWrite({ objectRef }: AuditEntry): boolean {
  return objectRef?.resource === 'events';
}

/** The recorder names an event after its object, a dot and 16 hexadecimal digits. */
function eventSubject(eventName: string): string {
  return eventName.replace(/\.[0-9a-f]{16}$/, '');
}

function describeWrite({ verb, objectRef }: AuditEntry): string {
  const sub = objectRef?.subresource === undefined ? '' : `/${objectRef.subresource}`;
  return `${verb} ${objectRef?.resource ?? ''}${sub}`;
}

function countBy<T>(items: readonly T[], name: (item: T) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const item of items) {
    counts[name(item)] = (counts[name(item)] ?? 0) + 1;
  }
  return counts;
}
