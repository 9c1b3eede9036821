/** A failure that lasts, and how much an operator may ask while it does. */
import type { Timings } from '../../../src/controller/timings.ts';
import type { Lane, LaneOptions } from '../lane.ts';
import type { Interference } from '../interference.ts';
import type { PassingCall } from '../traffic.ts';
import type { Allowance } from './bounds.ts';

export type Calls = Readonly<Record<string, Allowance>>;

export interface Storm {
  readonly name: string;
  /** Objects are made in the storm, or changed that were Ready before. */
  readonly meets: 'creations' | 'changes';
  /** It is among the few that `npm test` lets loose. */
  readonly inShort?: true;
  readonly lane?: LaneOptions;
  /** What becomes of a call while it lasts. */
  readonly act: (call: PassingCall) => Interference | undefined;
  /** Brings about what calls alone do not. */
  readonly breakOut?: (lane: Lane) => void;
  /** The smallest pauses between passes over one object. */
  readonly pauses: Iterable<number>;
  /** Every call that may be made, by name. */
  readonly calls: Calls;
}

export interface StormOptions {
  readonly paces: Timings['paces'];
  readonly retryAfterSeconds: number;
}

export const tokenCall = 'POST token';
export const oneToken: Calls = { [tokenCall]: { shared: 1 } };
/** Of what a spec names; which names a target serves is asked of the search. */
export const references: Calls = { 'GET vpcs': { shared: 1 }, 'POST resources/search': { shared: 1 } };
export const gatewayLists: Calls = { 'GET endpoint_gateways': { pass: 1 } };
export const finalizers: Calls = { 'patch endpointgateways': { object: 1 } };
/** Of events that came again, a minute later. */
export const eventCounts: Calls = { 'patch events': { object: 2 } };
export const intents: Calls = {
  'apply endpointgateways/status [intent]': { pass: 1 },
  'get endpointgateways': { pass: 1 },
};
