/**
 * Where the addresses of the simulated network lie on loopback, all of which Linux gives to every program. The
 * operator and the API know the logical ones only:
 *
 *   10.0.0.0/8       VPCs                                  127.0.0.0/8, the same last three numbers
 *   166.8.0.0/14     service endpoints, as Classic has     127.248.0.0/14
 *   198.51.100.0/24  the public internet                   127.252.100.0/24
 *   161.26.0.0/16    the cloud's own resolvers and the like  127.253.0.0/16
 *
 * What lies behind 127.248.0.0 is taken, so that 10.248.0.0 and above do not exist here. On loopback only are
 * 127.254.0.0/16, where callers are, and 127.255.0.0/16, the addresses that the router makes up.
 */
import { contains, formatAddress, parseAddress, parseBlock, type Block } from '../vpc/addresses.ts';

interface Mapping {
  readonly logical: Block;
  readonly loopback: Block;
}

function mapping(logical: string, loopback: string): Mapping {
  return { logical: block(logical), loopback: block(loopback) };
}

/** Of a CIDR block, or of one address. Throws when it is neither. */
export function block(text: string): Block {
  const parsed = parseBlock(text.includes('/') ? text : `${text}/32`);
  if (parsed === undefined) {
    throw new Error(`neither an address nor a CIDR block: ${text}`);
  }
  return parsed;
}

const SERVICES = mapping('166.8.0.0/14', '127.248.0.0/14');
const PUBLIC = mapping('198.51.100.0/24', '127.252.100.0/24');
const INFRASTRUCTURE = mapping('161.26.0.0/16', '127.253.0.0/16');
/** Without the part of 10.0.0.0/8 whose loopback addresses the others take. */
const PRIVATE: readonly Mapping[] = [
  ['10.0.0.0/9', '127.0.0.0/9'],
  ['10.128.0.0/10', '127.128.0.0/10'],
  ['10.192.0.0/11', '127.192.0.0/11'],
  ['10.224.0.0/12', '127.224.0.0/12'],
  ['10.240.0.0/13', '127.240.0.0/13'],
].map(([logical = '', loopback = '']) => mapping(logical, loopback));

const MAPPINGS: readonly Mapping[] = [...PRIVATE, SERVICES, PUBLIC, INFRASTRUCTURE];

export const CALLERS: Block = block('127.254.0.0/16');
export const MADE_UP: Block = block('127.255.0.0/16');
/** Connects to it are never answered. */
export const BLACKHOLE = '127.255.255.254';

export type Range = 'private' | 'services' | 'public' | 'infrastructure';

/** Undefined for an address that does not exist here. */
export function rangeOf(logical: string): Range | undefined {
  const address = parseAddress(logical);
  if (address === undefined) {
    return undefined;
  }
  const ranges: ReadonlyArray<readonly [Range, readonly Mapping[]]> = [
    ['private', PRIVATE],
    ['services', [SERVICES]],
    ['public', [PUBLIC]],
    ['infrastructure', [INFRASTRUCTURE]],
  ];
  return ranges.find(([, mappings]) => mappings.some((one) => contains(one.logical, address)))?.[0];
}

export function loopbackOf(logical: string): string | undefined {
  return translate(logical, 'logical', 'loopback');
}

/** Undefined for one that stands for no logical address. */
export function logicalOf(loopback: string): string | undefined {
  return translate(loopback, 'loopback', 'logical');
}

function translate(text: string, from: keyof Mapping, to: keyof Mapping): string | undefined {
  const address = parseAddress(text);
  const found = address === undefined ? undefined : MAPPINGS.find((one) => contains(one[from], address));
  return address === undefined || found === undefined
    ? undefined
    : formatAddress(found[to].first + (address - found[from].first));
}

/** The `index`th address of a block, its network address being the first. */
export function addressIn({ first, size }: Block, index: number): string {
  if (index >= size) {
    throw new Error(`${formatAddress(first)} and the ${size - 1} addresses behind it are used up`);
  }
  return formatAddress(first + index);
}

export function isIn(range: Block, text: string): boolean {
  const address = parseAddress(text);
  return address !== undefined && contains(range, address);
}

/** The address that a name has in a range, always the same one; never its first or last. */
export function addressOfName(name: string, range: 'services' | 'public'): string {
  const { first, size } = (range === 'services' ? SERVICES : PUBLIC).logical;
  return formatAddress(first + 1 + (hashOf(name) % (size - 2)));
}

const hashes = new Map<string, number>();

/** FNV-1a, once for each name: every connection asks about all names. */
function hashOf(text: string): number {
  const known = hashes.get(text);
  if (known !== undefined) {
    return known;
  }
  let hash = 0x81_1c_9d_c5;
  for (const character of text) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01_00_01_93) >>> 0;
  }
  hashes.set(text, hash);
  return hash;
}
