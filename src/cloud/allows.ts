/**
 * What the configuration allows objects to do with an account. An object cannot widen it: what is not allowed is
 * refused before any call.
 */

/** What an object may have done to gateways of an account: made, taken over from others, removed. */
export const verbs = ['create', 'adopt', 'delete'] as const;
export type Verb = (typeof verbs)[number];

export interface AllowLists {
  /** Ids, names or CRNs; a name holds in every region. Absent: all. */
  readonly allowedVPCs?: readonly string[];
  /** Absent: all. */
  readonly allowedVerbs?: readonly Verb[];
}

export interface Allows {
  vpc(vpc: { readonly id: string; readonly name: string; readonly crn: string }): boolean;
  verb(verb: Verb): boolean;
}

export function allowsOf({ allowedVPCs, allowedVerbs }: AllowLists): Allows {
  return {
    vpc: ({ id, name, crn }) =>
      allowedVPCs === undefined || [id, name, crn].some((form) => allowedVPCs.includes(form)),
    verb: (verb) => allowedVerbs?.includes(verb) ?? true,
  };
}
