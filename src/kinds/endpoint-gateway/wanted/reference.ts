/** How a spec names a thing of the cloud, and how it is told so. Pure. */
import type { GatewayResource } from '../observed.ts';
import { type Problem, wrong } from './wanted.ts';

/** Exactly one of the fields is given. */
export interface Reference {
  readonly id?: string;
  readonly name?: string;
  readonly crn?: string;
}

export interface Item {
  readonly id: string;
  readonly name: string;
  readonly crn: string;
}

export function isMeant({ id, name, crn }: Item, reference: Reference): boolean {
  return reference.id === id || reference.name === name || reference.crn === crn;
}

/** As the spec has it. */
export function asGiven({ id, name, crn }: Reference): string {
  return id ?? name ?? crn ?? '';
}

/** Neither an edit of the object nor time helps, but the owner of the operator's configuration. */
export function vpcNotAllowed({ spec }: GatewayResource, which: string): { readonly problem: Problem } {
  const message = `account ${spec.account} is not open for ${which}; its owner can add it to allowedVPCs in the operator's configuration`;
  return wrong('NotAllowed', message);
}
