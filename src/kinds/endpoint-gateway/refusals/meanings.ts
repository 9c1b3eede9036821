/**
 * The meanings of refusals, by what is refused: of several that fit the first is taken, the special before the
 * general. Advice is for whoever reads the object's conditions, in the words of its spec. Pure.
 */
import type { CloudError } from '../../../cloud/errors.ts';
import type { EndpointGatewayPrototype, GatewayChange } from '../../../cloud/vpc-types.ts';
import type { Action } from '../actions.ts';
import type { Observed } from '../observed.ts';
import type { Reason } from '../reasons.ts';
import { foreignTarget } from './authorization.ts';
import * as signs from './signs.ts';

export interface Meaning {
  readonly reason: Reason;
  readonly advice: string;
  readonly patience: Patience;
}

type Patience =
  | { readonly kind: 'stalled' }
  | { readonly kind: 'wait'; readonly pace: 'slow'; readonly stallsAfter: number };

/** Only an edit of the object helps. */
const edit: Patience = { kind: 'stalled' };
/** Stalled at once, but tried again soon: whoever clears the way does not touch this object. */
const elsewhere: Patience = { kind: 'wait', pace: 'slow', stallsAfter: 1 };
/** What somebody made or granted a moment ago may take a moment to arrive. */
const arrival: Patience = { kind: 'wait', pace: 'slow', stallsAfter: 3 };
/** A context-based restriction takes effect within ten minutes (fact sheet §10.5): about 12 min by default. */
const restriction: Patience = { kind: 'wait', pace: 'slow', stallsAfter: 6 };
/** An instance is registered after 3 to 15 min (fact sheet §5.3): about 20 min by default. */
const registration: Patience = { kind: 'wait', pace: 'slow', stallsAfter: 8 };

export type Seen = Pick<Observed, 'accountID' | 'vpc'>;

export const suspended: Meaning = {
  reason: 'SuspendedByProvider',
  advice:
    'IBM suspended the gateway: it can be neither used, changed nor deleted until IBM lifts this; contact IBM support',
  patience: edit,
};

export function ofCreate(
  prototype: EndpointGatewayPrototype,
  observed: Seen,
  error: CloudError,
): Meaning | undefined {
  return (
    ofTarget(prototype, observed, error) ??
    ofQuota(error) ??
    ofSecurityGroup(error) ??
    ofNames(prototype, error) ??
    ofAddress(error) ??
    ofSharing(prototype.dns_resolution_binding_mode, error) ??
    ofDuplicate(error)
  );
}

function ofTarget(
  { target }: EndpointGatewayPrototype,
  { accountID }: Seen,
  error: CloudError,
): Meaning | undefined {
  const key = 'crn' in target ? target.crn : target.name;
  const foreign = foreignTarget(key, accountID);
  if (foreign !== undefined && signs.isDenied(error)) {
    const advice = `The target belongs to account ${foreign.accountID}, which has to let gateways of account ${accountID} lead there: its owner runs \`${foreign.command}\``;
    return { reason: 'AuthorizationMissing', advice, patience: arrival };
  }
  if (signs.isNotAdvertised(error)) {
    const advice = `${key} is not known as a target yet, which takes up to 15 minutes after a service instance was made; if it lasts, the service has no private endpoint, or the instance has it switched off`;
    return { reason: 'ServiceNotYetAdvertised', advice, patience: registration };
  }
  if (signs.isTargetUnknown(error)) {
    const advice = `${key} does not exist, or account ${accountID} may not see it; a Private Path service has to be published before another account can ask for access`;
    return { reason: 'TargetNotFound', advice, patience: arrival };
  }
  return undefined;
}

export function ofQuota(error: CloudError): Meaning | undefined {
  const advice =
    'A quota of the account is used up: delete what is not needed any more, or ask IBM support to raise it';
  return signs.isOverQuota(error) ? { reason: 'QuotaExceeded', advice, patience: elsewhere } : undefined;
}

export function ofSecurityGroup(error: CloudError): Meaning | undefined {
  const reason = 'SecurityGroupRefused';
  if (signs.isTooManyGroups(error)) {
    const advice =
      'A gateway has at most five security groups, and wanted ones are attached before others are detached: list fewer';
    return { reason, advice, patience: edit };
  }
  const advice = "A security group is not of the gateway's VPC: list groups of this VPC only";
  return signs.isGroupElsewhere(error) ? { reason, advice, patience: edit } : undefined;
}

export function ofAddress(error: CloudError): Meaning | undefined {
  if (signs.isZoneTaken(error)) {
    const advice = 'A gateway has at most one address a zone: keep one of those that are in the same zone';
    return { reason: 'ZoneConflict', advice, patience: edit };
  }
  const reason = 'AddressUnavailable';
  if (signs.isNameTaken(error)) {
    const advice =
      'A reserved IP of the subnet has the name already: choose another, or leave the name to the cloud';
    return { reason, advice, patience: elsewhere };
  }
  if (signs.isSubnetFull(error)) {
    const advice = 'The subnet has no free address: free one, or choose another subnet of the zone';
    return { reason, advice, patience: elsewhere };
  }
  if (signs.isAddressWrong(error)) {
    const advice = 'The address is none of the subnet: choose another, or leave the choice to the cloud';
    return { reason, advice, patience: edit };
  }
  const advice =
    "A reserved IP or its address is taken, used by something else, IBM's own, or gone: free it, or choose another";
  return signs.isAboutAddress(error) ? { reason, advice, patience: elsewhere } : undefined;
}

/** The names of a gateway and of its reserved IPs are refused alike (R8). */
function ofNames({ name, ips = [] }: EndpointGatewayPrototype, error: CloudError): Meaning | undefined {
  const ipNames = ips.flatMap((ip) => ('name' in ip && ip.name !== undefined ? [ip.name] : []));
  const isAboutIP = !signs.mentions(error, name) && ipNames.some((ipName) => signs.mentions(error, ipName));
  return isAboutIP ? ofAddress(error) : ofGatewayName(name, error);
}

function ofGatewayName(name: string, error: CloudError): Meaning | undefined {
  const advice = `The VPC has a gateway named ${name} already: choose another name, or remove that gateway`;
  return signs.isNameTaken(error) ? { reason: 'Collision', advice, patience: elsewhere } : undefined;
}

function ofDuplicate(error: CloudError): Meaning | undefined {
  const reason = 'Collision';
  if (signs.isOverlap(error)) {
    const advice =
      'Another gateway of the VPC answers for service endpoints of this target: delete that one, or do without this one';
    return { reason, advice, patience: elsewhere };
  }
  const advice =
    'Another gateway of the VPC has this target: delete that one, or let adoptionPolicy take it over';
  return signs.isDuplicate(error) ? { reason, advice, patience: elsewhere } : undefined;
}

export function ofGatewayChange(
  { name, dns_resolution_binding_mode: mode }: GatewayChange,
  error: CloudError,
): Meaning | undefined {
  const ofName = name === undefined ? undefined : ofGatewayName(name, error);
  if (ofName !== undefined || mode === undefined || signs.isDenied(error)) {
    return ofName;
  }
  // With which words a change of the mode is refused, nobody knows; but there is little else to refuse.
  return ofSharing(mode, error) ?? modeConflict(mode);
}

function ofSharing(mode: string | undefined, error: CloudError): Meaning | undefined {
  return ofRest(error) ?? (signs.isAboutSharing(error) ? modeConflict(mode) : undefined);
}

function ofRest(error: CloudError): Meaning | undefined {
  const advice =
    'DNS sharing of these names ended a moment ago, and can begin again only after some minutes of rest';
  return signs.isDNSResting(error)
    ? { reason: 'DNSBindingPending', advice, patience: registration }
    : undefined;
}

/** What each mode demands (fact sheet §3.3, R3–R5); a create without one gets the cloud's own, which is `primary`. */
function modeConflict(mode: string | undefined): Meaning {
  const reason = 'DNSConflict';
  switch (mode) {
    case 'disabled': {
      const advice = 'Every gateway of a DNS hub is Primary: set dnsResolutionBindingMode to Primary';
      return { reason, advice, patience: edit };
    }
    case 'per_resource_binding': {
      const advice =
        'PerResourceBinding needs a target that supports resource bindings, a VPC that is no DNS hub, and, where the VPC shares DNS, a Primary gateway of the hub for the same target; a resource is bound in one VPC only. Make that gateway, or set dnsResolutionBindingMode to Disabled';
      return { reason, advice, patience: elsewhere };
    }
    default: {
      const advice =
        'Of the VPCs that share DNS only one has a Primary gateway for the same names, and a Primary gateway has no resource bindings: set dnsResolutionBindingMode to Disabled here, or change the other gateway';
      return { reason, advice, patience: elsewhere };
    }
  }
}

export function ofBinding(crn: string, { vpc }: Seen, error: CloudError): Meaning | undefined {
  const reason = 'ResourceBindingDenied';
  if (signs.isDenied(error)) {
    const advice = `Binding ${crn} is denied, most likely by a context-based restriction that does not admit VPC ${vpc?.name ?? ''}: add the VPC to a network zone of the rule, which takes up to ten minutes; without such a rule, a role on the resource is missing`;
    return { reason, advice, patience: restriction };
  }
  if (signs.isBindingUnsupported(error)) {
    const advice = `${crn} cannot be bound, since the gateway's target does not support resource bindings; Object Storage does. Remove it from resourceBindings`;
    return { reason, advice, patience: edit };
  }
  return ofQuota(error) ?? ofBindingName(error) ?? ofRest(error) ?? bindingConflict(crn, error);
}

export function ofBindingName(error: CloudError): Meaning | undefined {
  const advice =
    'Another resource binding of the gateway has the name already: choose another, or leave the name to the cloud';
  return signs.isNameTaken(error) ? { reason: 'Collision', advice, patience: elsewhere } : undefined;
}

function bindingConflict(crn: string, error: CloudError): Meaning | undefined {
  const advice = `${crn} cannot be bound here: a resource is bound in only one of the VPCs that share DNS, a Primary gateway binds none, and the hub needs a Primary gateway for the same target`;
  return signs.isAboutSharing(error) || signs.isDuplicate(error) || signs.isOverlap(error)
    ? { reason: 'DNSConflict', advice, patience: elsewhere }
    : undefined;
}

export function ofTags(
  { type, tags }: Extract<Action, { readonly kind: 'AttachTags' | 'DetachTags' }>,
  error: CloudError,
): Meaning | undefined {
  if (type !== 'access' || !signs.isTagUnknown(error)) {
    return undefined;
  }
  const missing = tags.filter((tag) => error.message.includes(tag)).join(',');
  const advice = `Access management tags have to exist before they are attached; somebody who may do so runs \`ibmcloud resource tag-create --tag-names "${missing}"\``;
  return { reason: 'AccessTagNotFound', advice, patience: arrival };
}

export function ofDeletion(error: CloudError): Meaning | undefined {
  const advice =
    'A VPC that shares DNS with this hub has a gateway for the same target, which has to go first, or end its DNS binding';
  return signs.isAboutSharing(error) || signs.isInUse(error)
    ? { reason: 'NeededByDNSTopology', advice, patience: elsewhere }
    : undefined;
}
