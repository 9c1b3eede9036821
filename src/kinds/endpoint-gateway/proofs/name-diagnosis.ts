/** What answers of resolvers mean: the names of a gateway have to lead to its addresses, and to no others. Pure. */
import type { AddressClass } from '../../../lib/address-class.ts';
import type { NameResult } from '../../../lib/names.ts';
import type { Reason } from '../reasons.ts';
import { type Diagnosis, type Seen, several } from './diagnosis.ts';
import type { Stray } from './proofs.ts';
import { addressesOf } from './subject.ts';

export function namesProven(results: readonly NameResult[], { proofs: { wildcards } }: Seen): Diagnosis {
  const skipped = wildcards.length === 0 ? '' : `; not asked for, as wildcards: ${several(wildcards)}`;
  const names = results.map(({ name }) => name);
  const message = `Each name leads to the gateway: ${several(names)}${skipped}`;
  return { status: 'True', reason: 'DNSVerified', message };
}

export function nameTrouble(results: readonly NameResult[], seen: Seen): Diagnosis {
  const own = new Set(addressesOf(seen.gateway));
  const troubles = results.flatMap((result) => troubleOf(result, own, seen) ?? []);
  const [first] = troubles;
  if (first === undefined) {
    // The verdict stands against the round's results: the gateway has got the addresses since.
    return { status: 'Unknown', reason: 'Proving', message: 'The answers are being asked for anew' };
  }
  const { reason, result, stray } = first;
  const others =
    troubles.length === 1 ? '' : `; ${troubles.length - 1} more of ${results.length} names do not either`;
  const by = seen.proofs.resolvers.length === 0 ? '' : ` (asked: ${several(seen.proofs.resolvers)})`;
  const found =
    stray === undefined
      ? `${result.name} has no address: ${wordsOfFailure(result.failure)}`
      : `${result.name} leads to ${stray}, ${whose(seen.proofs.strays.get(stray))}, not to ${several([...own])}`;
  return { status: 'False', reason, message: `${found}${by}${others}. ${hints[reason]}` };
}

type NameReason = Extract<
  Reason,
  `DNS${'AnswerPublic' | 'AnswerClassic' | 'AnswerOther' | 'NoAnswer' | 'ResolverFailed'}`
>;

interface Trouble {
  readonly reason: NameReason;
  readonly result: NameResult;
  /** An address that is not the gateway's. */
  readonly stray?: string;
}

function troubleOf(
  result: NameResult,
  own: ReadonlySet<string>,
  { proofs: { strays } }: Seen,
): Trouble | undefined {
  const { addresses, failure = 'ENODATA' } = result;
  if (addresses.length === 0) {
    return { reason: noSuchName.has(failure) ? 'DNSNoAnswer' : 'DNSResolverFailed', result };
  }
  const stray = addresses.find((address) => !own.has(address));
  return stray === undefined
    ? undefined
    : { reason: reasonOf[strays.get(stray)?.class ?? 'public'], result, stray };
}

/** Node.js, `dns` error codes: the resolver knows no such name, or no address of it. */
const noSuchName: ReadonlySet<string> = new Set(['ENOTFOUND', 'ENODATA']);

const reasonOf: Readonly<Record<AddressClass, NameReason>> = {
  'classic-service': 'DNSAnswerClassic',
  infrastructure: 'DNSAnswerOther',
  private: 'DNSAnswerOther',
  public: 'DNSAnswerPublic',
};

function wordsOfFailure(failure = 'ENODATA'): string {
  const known: Readonly<Record<string, string>> = {
    ENOTFOUND: 'there is no such name',
    ENODATA: 'the name has no address',
    ESERVFAIL: 'the resolver failed',
    ETIMEOUT: 'no resolver answered in time',
    ECONNREFUSED: 'the resolver refused the question',
    EREFUSED: 'the resolver refused the question',
  };
  const words = known[failure];
  return words === undefined ? failure : `${words} (${failure})`;
}

function whose({ owner, class: kind }: Stray = { class: 'public', owner: undefined }): string {
  return owner === undefined
    ? classWords[kind]
    : `which is of gateway ${owner.name} of VPC ${owner.vpc.name}`;
}

const classWords: Readonly<Record<AddressClass, string>> = {
  'classic-service': 'the service endpoint of 166.8.0.0/14 that needs no gateway',
  infrastructure: 'an address of 161.26.0.0/16, where IBM has its infrastructure services',
  private: 'which no gateway has that the account can see',
  public: 'a public address',
};

/** Fact sheet §10.1; private-cli §5a. */
const dhcp =
  'A server asks the resolvers that know gateways, 161.26.0.7 and 161.26.0.8, once its DHCP lease was renewed after the VPC got its first gateway: renew the leases of the Nodes, and see to it that the DNS of the cluster and any custom resolver of the VPC forward to these two. In a VPC that delegates its DNS to a hub, only gateways with dnsResolutionBindingMode Primary have names';

const hints: Readonly<Record<NameReason, string>> = {
  DNSAnswerPublic: dhcp,
  DNSAnswerClassic: dhcp,
  DNSNoAnswer: dhcp,
  DNSAnswerOther:
    'A record of before takes some minutes to go; otherwise look at which VPC answers for the name: at DNS sharing, at dnsResolutionBindingMode of both gateways, and at custom resolvers',
  DNSResolverFailed:
    'See to the DNS of the cluster and to custom resolvers of the VPC, and that security groups and network ACLs let port 53 pass, UDP and TCP',
};
