/** What a demo run came to: the one line of `--json`, and the summary for people. */

/** An object as the demo's own watch saw it. */
export interface ObjectResult {
  readonly name: string;
  /** The states that it passed, in order, without repetition. */
  readonly states: readonly string[];
  /** Whether Ready was True before the delete. */
  readonly ready: boolean;
}

export interface GatewayResult extends ObjectResult {
  readonly ips: readonly string[];
}

export interface DemoResult {
  readonly gateways: readonly GatewayResult[];
  readonly policies: readonly ObjectResult[];
  readonly profiles: readonly ObjectResult[];
  /** Calls about one gateway, the token's and the shared listings excepted. */
  readonly cloudCalls: { readonly total: number; readonly byOperation: Readonly<Record<string, number>> };
  readonly sharedListings: { readonly calls: number; readonly byListing: Readonly<Record<string, number>> };
  readonly kubeWrites: { readonly total: number; readonly byVerb: Readonly<Record<string, number>> };
  /** Over the gateways that were neither changed nor disturbed between create and delete. */
  readonly perGateway: {
    readonly maxCloudCalls: number;
    readonly maxObjectWrites: number;
    readonly maxEvents: number;
  };
  /** Whatever is still there after everything was deleted, a line each. */
  readonly leftovers: readonly string[];
}

export function summary(result: DemoResult): string {
  const { cloudCalls, sharedListings, kubeWrites, perGateway, leftovers, gateways } = result;
  return [
    `Gateways: ${gateways.length}, Ready before the delete: ${gateways.filter(({ ready }) => ready).length}`,
    `Cloud calls about one gateway: ${cloudCalls.total} (${list(cloudCalls.byOperation)})`,
    `Shared listings, pages: ${sharedListings.calls} (${list(sharedListings.byListing)})`,
    `Kubernetes writes: ${kubeWrites.total} (${list(kubeWrites.byVerb)})`,
    `At most, per undisturbed gateway from create to delete: ${perGateway.maxCloudCalls} cloud calls, ` +
      `${perGateway.maxObjectWrites} object and status writes, ${perGateway.maxEvents} events`,
    leftovers.length === 0 ? 'Nothing is left over.' : `LEFT OVER:\n  ${leftovers.join('\n  ')}`,
  ].join('\n');
}

function list(counts: Readonly<Record<string, number>>): string {
  const sorted = Object.entries(counts).toSorted(([, a], [, b]) => b - a);
  return sorted.map(([name, count]) => `${name} ${count}`).join(', ');
}
