/** Calls to the cloud as the list of ways speaks of them, such as `PATCH /endpoint_gateways/{id}`. Pure. */
import type { LoggedRequest } from '../cloud/request-log.ts';
import { hasPath } from './values.ts';
import type { Choices, Item } from './ways.ts';

export interface Call {
  readonly call: string;
  /** Fields of body and query together. */
  readonly carried: unknown;
}

/** The version and generation in every query of the VPC API are no choice. */
export function callOf({ method, pathTemplate = '', query, body }: LoggedRequest): Call {
  const path = pathTemplate.replace(/^\/v1(?=\/)/, '').replaceAll(/:[a-z]+/gi, '{id}');
  const fields = typeof body === 'object' ? body : {};
  return { call: `${method} ${path}`, carried: { ...query, ...fields } };
}

/** Whether one of the calls has the item, in this spelling or in the operator's. */
export function isSent(
  { owner, argument }: Item,
  calls: readonly Call[],
  spellings: Choices['spellings'],
): boolean {
  const field = argument === undefined ? undefined : (spellings[owner]?.[argument] ?? argument);
  return calls.some(
    ({ call, carried }) => call === owner && (field === undefined || hasPath(carried, field)),
  );
}
