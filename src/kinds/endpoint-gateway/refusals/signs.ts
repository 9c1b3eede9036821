/**
 * By which signs a refusal of the VPC API is recognised: one function for each meaning. Most codes are UNCONFIRMED
 * (fact sheet §4.2, §14.4), so that a sign is a code or the words. Names, ids and host names are cut out of the words
 * first: they are the user's, and say nothing about the refusal. Pure.
 */
import type { CloudError } from '../../../cloud/errors.ts';

/** R24 and its kin: somebody else's change is under way, and the next try may already find it over. */
export function isInTheWay(error: CloudError): boolean {
  return says(error, ['vpc_locked'], /\block(ed)?\b|\b(being deleted|is deleting)\b/);
}

/** No token could be had, or the one that was had is refused (§4.3): nothing was asked for yet. */
export function isAboutCredentials({ operation, code = '' }: CloudError): boolean {
  return operation.startsWith('get_token') || code.startsWith('token_');
}

/** R19. */
export function isSuspended(error: CloudError): boolean {
  return says(error, [], /\bsuspended\b/);
}

/** Code and words as seen (§4.2; Terraform provider issue 2241): `not_found`, of which there are many. */
export function isNotAdvertised(error: CloudError): boolean {
  return says(error, [], /\b(not support|unsupported)\b.*\b(vpe|virtual private endpoints?)\b/);
}

/** §4.2: both statuses occur for what an account has not authorized; the words are not documented. */
export function isDenied({ status }: CloudError): boolean {
  return status === 401 || status === 403;
}

/** Code `over_quota` of §4.3; a rate limit is none. */
export function isOverQuota(error: CloudError): boolean {
  return says(error, ['over_quota', 'security_group_limit_exceeded'], /\bquota\b/);
}

/** R8: the code as seen (§4.2). */
export function isNameTaken(error: CloudError): boolean {
  return says(error, ['validation_unique_failed'], /\bname\b.*(\balready\b|\bunique\b|\btaken\b)/);
}

/** R2. */
export function isOverlap(error: CloudError): boolean {
  return says(error, [], /\boverlap/);
}

/**
 * R1. "An endpoint gateway already exists for this service" is what the CLI prints, according to a script in
 * openshift/release.
 */
export function isDuplicate(error: CloudError): boolean {
  return says(error, ['duplicate_error'], /\balready (exists|has)\b|\bduplicate\b/);
}

/** R3–R5, R15: the rules on gateways whose VPCs share DNS. */
export function isAboutSharing(error: CloudError): boolean {
  return says(
    error,
    [],
    /\b(dns|hub|topology|primary|shares?|shared|sharing|(another|other) vpc)\b|\bresource[ _]binding/,
  );
}

/** §3.3: DNS sharing that ended begins again only some minutes later. */
export function isDNSResting(error: CloudError): boolean {
  return isAboutSharing(error) && says(error, [], /\b(moment|minutes?|recently|too soon)\b/);
}

/** R4: only some services have resources that can be bound. */
export function isBindingUnsupported(error: CloudError): boolean {
  return says(error, [], /\bresource[ _]binding/) && says(error, [], /\bnot (support|enabled)\b/);
}

/** R15, where the words speak of a use instead of DNS. */
export function isInUse(error: CloudError): boolean {
  return says(error, ['target_in_use'], /\b(in use|needed|required|depends?)\b/);
}

/** R9, first half. */
export function isGroupElsewhere(error: CloudError): boolean {
  return says(error, ['security_group_not_in_vpc'], /\bsecurity groups?\b.*\bvpcs?\b/);
}

/** R9, second half. */
export function isTooManyGroups(error: CloudError): boolean {
  const words = /\b(at most|more than|maximum|too many)\b.*\bsecurity groups?\b/;
  return says(error, ['security_group_sgs_per_interface_exceeded'], words);
}

/** R6: "only 1 reserved IP per endpoint gateway per zone", more or less (Terraform provider issue 2323). */
export function isZoneTaken(error: CloudError): boolean {
  return says(error, [], /\bper zone\b/);
}

export function isSubnetFull(error: CloudError): boolean {
  return says(
    error,
    ['subnet_out_of_ip_addresses'],
    /\b(no (free|available)|out of|not enough)\b.*\baddress/,
  );
}

/** R8: the address lies outside its subnet, or is none. */
export function isAddressWrong(error: CloudError): boolean {
  return says(error, ['validation_invalid_address'], /\baddress\b.*\b(not in|outside|invalid)\b/);
}

/** R7, R13, and whatever else the VPC API says of addresses. */
export function isAboutAddress(error: CloudError): boolean {
  const codes = ['address_is_already_reserved', 'reserved_ip_in_use', 'reserved_ip_owned_by_provider'];
  return says(error, codes, /\b(reserved ips?|rips?|address(es)?|subnets?)\b/);
}

/** §4.2: a reference in a body that leads nowhere is `not_found`, with 400 or 404. */
export function isTargetUnknown(error: CloudError): boolean {
  return says(error, [], /\b(target|service|private path)\b.*\bnot (exist|found)\b/);
}

/** The words are the tagging service's (§9, UNCONFIRMED); a sentence about the resource is about something else. */
export function isTagUnknown(error: CloudError): boolean {
  return (
    says(error, [], /\btags?\b.*\b(not exist|not found|no such)\b/) && !/\bresource\b/.test(plainWords(error))
  );
}

/** Whether the refusal speaks of this name. */
export function mentions(error: CloudError, name: string): boolean {
  return error.message.split(/[^-\w]+/).includes(name);
}

/** What IBM said, without the operation that CloudError puts before it. */
export function wordsOf({ message, operation }: CloudError): string {
  return message.replace(`${operation}: `, '');
}

/** A code decides whatever the status. Words do for a request that was refused, not for one that was not allowed. */
function says(error: CloudError, codes: readonly string[], words: RegExp): boolean {
  return (
    (error.code !== undefined && codes.includes(error.code)) ||
    (!isDenied(error) && words.test(plainWords(error)))
  );
}

/** Anything with a mark inside, such as `r006-1`, `private.kms.cloud.ibm.com`, a CRN. */
const names = /[^\s]*\w[-.:/][\w*][^\s]*/g;

function plainWords(error: CloudError): string {
  return wordsOf(error).replaceAll(names, ' ').replaceAll(/\s+/g, ' ').toLowerCase();
}
