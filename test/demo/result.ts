/** What a demo run came to: the one line of `--json`, and the summary for people. */
import { isDeepStrictEqual } from 'node:util';

import { type Line, span } from './text.ts';

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

/** What came of an object that waits for others, collides with others', or is only looked at. */
export interface SituationResult {
  readonly name: string;
  /** Reasons of the condition Ready that it passed, in order. */
  readonly reasons: readonly string[];
  /** What its status says would be done. */
  readonly plan: readonly string[];
  readonly ready: boolean;
}

/** What the last status said of an instance's policy. */
export interface PolicyResult {
  readonly name: string;
  /** Of the condition Ready. */
  readonly reason: string;
  readonly access: string;
}

/** What the last status said of a proof. */
export interface ProofResult {
  readonly name: string;
  readonly type: string;
  readonly status: string;
  readonly reason: string;
}

export interface DemoResult {
  readonly gateways: readonly GatewayResult[];
  readonly proofs: readonly ProofResult[];
  readonly situations: readonly SituationResult[];
  readonly policies: readonly PolicyResult[];
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

/** What an undisturbed gateway may cost from create to delete (design §7). */
const limits = { maxCloudCalls: 6, maxObjectWrites: 8, maxEvents: 3 } as const;

const expectedStates: readonly string[] = ['Pending', 'Updating', 'Stable'];

/** Of few gateways each state is seen; of many some are looked at too late for one that has passed. */
export type Pace = 'seen' | 'crowded';

/** What did not happen as it should, a line each. Costs are no part of this: they are shown beside their limits. */
export function shortcomings({ gateways, leftovers }: DemoResult, pace: Pace): readonly string[] {
  return [
    ...gateways
      .filter(({ states }) => !isInOrder(states, pace))
      .map(({ name, states }) => `${name} passed ${states.join(', ')}, not ${expectedStates.join(', ')}`),
    ...gateways.filter(({ ready }) => !ready).map(({ name }) => `${name} was not Ready before the delete`),
    ...leftovers.map((what) => `left over: ${what}`),
  ];
}

function isInOrder(states: readonly string[], pace: Pace): boolean {
  const expected =
    pace === 'seen'
      ? expectedStates
      : expectedStates.filter((state) => state === 'Stable' || states.includes(state));
  return isDeepStrictEqual(states, expected);
}

/** Whether all of it happened, and else what did not. */
export function verdict(result: DemoResult, pace: Pace): readonly Line[] {
  const problems = shortcomings(result, pace);
  const situations =
    result.situations.length === 0
      ? []
      : ['a provider was waited for, a collision reported, a gateway looked at and not touched'];
  const policies =
    result.policies.length === 0
      ? []
      : ['an instance was closed to the public network and opened again, one without a private path was not'];
  const proofs =
    result.proofs.length === 0
      ? []
      : ['a name that led astray was found out, and found healed; nothing was claimed of other VPCs'];
  const passed =
    pace === 'seen' ? `passed ${expectedStates.join(', ')} and were Ready` : 'became Stable and were Ready';
  return problems.length > 0
    ? problems.map((problem) => [span('not ok  ', 'red'), span(problem)])
    : [
        `${result.gateways.length} gateways ${passed}`,
        'the drift was healed, the change carried out, every object deleted',
        ...proofs,
        ...situations,
        ...policies,
        'nothing is left over: no gateway, tag, address, object or finalizer',
      ].map((fact) => [span('ok  ', 'green'), span(fact)]);
}

/** What a gateway cost, beside what it may cost; nothing when every one was disturbed. */
export function costs({ perGateway }: DemoResult): readonly Line[] {
  if (perGateway.maxObjectWrites === 0) {
    return [];
  }
  const row = (label: string, most: keyof typeof limits): Line => [
    span(`    ${label.padEnd(26)}`),
    span(String(perGateway[most]).padStart(4), perGateway[most] > limits[most] ? 'red' : 'green'),
    span(`  of at most ${limits[most]}`, 'dim'),
  ];
  return [
    [span('An undisturbed gateway cost, from create to delete:', 'bold')],
    row('cloud calls', 'maxCloudCalls'),
    row('object and status writes', 'maxObjectWrites'),
    row('events', 'maxEvents'),
  ];
}

export function totals({ cloudCalls, sharedListings, kubeWrites }: DemoResult): readonly Line[] {
  return [
    [span('The whole run cost:', 'bold')],
    ...total('cloud calls', cloudCalls.total, cloudCalls.byOperation),
    ...total('pages of shared listings', sharedListings.calls, sharedListings.byListing),
    ...total('Kubernetes writes', kubeWrites.total, kubeWrites.byVerb),
  ];
}

function total(label: string, calls: number, parts: Readonly<Record<string, number>>): readonly Line[] {
  const sorted = Object.entries(parts).toSorted(([, a], [, b]) => b - a);
  return [
    [span(`    ${label.padEnd(26)}${String(calls).padStart(4)}`)],
    ...sorted.map(([name, part]) => [span(`      ${name.padEnd(40)}${String(part).padStart(4)}`, 'dim')]),
  ];
}
