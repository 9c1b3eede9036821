/**
 * What a name meant when the gateway was last found to match, it goes on meaning for that gateway: a VPC that is
 * renamed, or a catalogue that shows something else, is no change of the spec, and must cost nobody a gateway. Pure.
 */
import type { GatewayResource } from '../observed.ts';
import type { EndpointGatewayStatus } from '../types.gen.ts';

export type References = NonNullable<EndpointGatewayStatus['references']>;

/** How the spec refers to what cannot be changed in place. */
export function referencesOf({ spec }: GatewayResource): References {
  return {
    vpc: textOf(spec.vpc),
    target: textOf(spec.target),
    ...(spec.resourceGroup !== undefined && { resourceGroup: textOf(spec.resourceGroup) }),
  };
}

/** Whether the spec still refers to it as it did then; only of a gateway that exists. */
export function isRemembered(
  resource: GatewayResource,
  part: keyof References,
  hasGateway: boolean,
): boolean {
  const then = resource.status?.references?.[part];
  return hasGateway && then !== undefined && then === referencesOf(resource)[part];
}

/** The same text for the same reference, in whatever order its fields come. */
function textOf(reference: object): string {
  const fields = Object.entries(reference).toSorted(([one], [other]) => one.localeCompare(other));
  return fields
    .map(([field, value]) =>
      typeof value === 'object' ? `${field} ${textOf(value as object)}` : `${field} ${value}`,
    )
    .join(', ');
}
