/** What a resolver replies: what it knows, or what a fault makes of that. Every question is entered into the log. */
import { contains, formatAddress, parseAddress } from '../vpc/addresses.ts';
import type { Vpc } from '../vpc/model.ts';
import type { Query } from './logs.ts';
import { classicAddresses, internetAddress } from './names.ts';
import type { DnsFault } from './faults.ts';
import type { NetworkControl } from './network-control.ts';
import type { Reply } from './resolver.ts';
import type { Caller } from './sides.ts';
import { answerFor, type Known } from './zone.ts';

export interface Question {
  readonly name: string;
  readonly type: string;
}

type Outcome = Pick<Query, 'outcome' | 'addresses' | 'gateway'>;

export interface Asked {
  readonly known: Known;
  readonly control: NetworkControl;
  readonly caller: Pick<Caller, 'side' | 'vpc'>;
}

/** Undefined: it says nothing. */
export function answerQuestion({ known, control, caller }: Asked, question: Question): Reply | undefined {
  const { name, type } = question;
  const { side, vpc } = caller;
  const fault = control.dnsFaults.strike({ side, name });
  const told = fault === undefined ? answerFor(known, vpc, name) : struck(known, { vpc, name }, fault);
  // There are no addresses of another kind.
  const outcome: Outcome =
    type !== 'A' && told.outcome === 'answered' ? { outcome: 'nodata', addresses: [] } : told;
  control.queries.add({
    atMs: known.world.clock.now(),
    side,
    name,
    type,
    ...outcome,
    ...(fault !== undefined && { fault: fault.kind }),
  });
  return replyOf(outcome);
}

function replyOf({ outcome, addresses }: Outcome): Reply | undefined {
  switch (outcome) {
    case 'answered':
    case 'nodata': {
      return { code: 'NOERROR', addresses };
    }
    case 'nxdomain': {
      return { code: 'NXDOMAIN' };
    }
    case 'servfail': {
      return { code: 'SERVFAIL' };
    }
    case 'silent': {
      return undefined;
    }
  }
}

function struck(
  known: Known,
  { vpc, name }: { readonly vpc: Vpc | undefined; readonly name: string },
  { kind, address }: DnsFault,
): Outcome {
  switch (kind) {
    case 'public': {
      return { outcome: 'answered', addresses: [internetAddress(name)] };
    }
    case 'classic': {
      return { outcome: 'answered', addresses: classicAddresses(known.world, name) };
    }
    case 'wrongZone': {
      return { outcome: 'answered', addresses: [address ?? wrongAddress(known, vpc, name)] };
    }
    case 'nxdomain':
    case 'nodata':
    case 'servfail':
    case 'silent': {
      return { outcome: kind, addresses: [] };
    }
  }
}

/** Of another gateway of the VPC; without one, of a zone, near its end, where nobody is. */
function wrongAddress(known: Known, vpc: Vpc | undefined, name: string): string {
  if (vpc === undefined) {
    return internetAddress(`not ${name}`);
  }
  const right = answerFor(known, vpc, name).addresses;
  const others = known.publications.of(vpc).flatMap(({ addresses }) => addresses);
  const block = [...vpc.zones.values()].find(
    (zone) => !right.some((address) => contains(zone, addressNumber(address))),
  );
  const { first, size } = block ?? [...vpc.zones.values()][0] ?? { first: 0, size: 0 };
  return others.find((address) => !right.includes(address)) ?? formatAddress(first + size - 7);
}

function addressNumber(text: string): number {
  return parseAddress(text) ?? 0;
}
