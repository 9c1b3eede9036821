/**
 * What the configuration allows objects to do with an account. An object cannot widen it: what is not allowed is
 * refused before any call.
 */

/**
 * What an object may have done in an account: gateways made, taken over from others, removed; instances of
 * key-management services closed to the public network, opened to it.
 */
export const verbs = ['create', 'adopt', 'delete', 'close', 'open'] as const;
export type Verb = (typeof verbs)[number];

export interface AllowLists {
  /** Ids, names or CRNs; a name holds in every region. Absent: all. */
  readonly allowedVPCs?: readonly string[];
  /** GUIDs or CRNs of service instances. Absent: all. */
  readonly allowedInstances?: readonly string[];
  /** Absent: all. */
  readonly allowedVerbs?: readonly Verb[];
}

export interface Allows {
  vpc(vpc: { readonly id: string; readonly name: string; readonly crn: string }): boolean;
  /** `forms`: ways in which the instance may be named, its id or its CRN. */
  instance(...forms: readonly string[]): boolean;
  verb(verb: Verb): boolean;
}

export function allowsOf({ allowedVPCs, allowedInstances, allowedVerbs }: AllowLists): Allows {
  return {
    vpc: ({ id, name, crn }) =>
      allowedVPCs === undefined || [id, name, crn].some((form) => allowedVPCs.includes(form)),
    instance: (...forms) =>
      allowedInstances === undefined || forms.some((form) => allowedInstances.includes(form)),
    verb: (verb) => allowedVerbs?.includes(verb) ?? true,
  };
}
