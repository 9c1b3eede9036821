/** IPv4 addresses and CIDR blocks as numbers. */
import { isIPv4 } from 'node:net';

export interface Block {
  /** First address, which is the network address. */
  readonly first: number;
  readonly size: number;
}

export function parseAddress(text: string): number | undefined {
  return isIPv4(text)
    ? text.split('.').reduce((number, octet) => number * 256 + Number(octet), 0)
    : undefined;
}

export function formatAddress(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.');
}

/** `undefined` when it is not a CIDR block, or has bits set behind its prefix. */
export function parseBlock(cidr: string): Block | undefined {
  const [address = '', bits = ''] = cidr.split('/');
  const first = parseAddress(address);
  if (first === undefined || !/^(\d|[12]\d|3[0-2])$/.test(bits)) {
    return undefined;
  }
  const size = 2 ** (32 - Number(bits));
  return first % size === 0 ? { first, size } : undefined;
}

export function formatBlock({ first, size }: Block): string {
  return `${formatAddress(first)}/${32 - Math.log2(size)}`;
}

export function contains(block: Block, address: number): boolean {
  return address >= block.first && address < block.first + block.size;
}

export function isWithin(inner: Block, outer: Block): boolean {
  return contains(outer, inner.first) && contains(outer, inner.first + inner.size - 1);
}

export function overlap(a: Block, b: Block): boolean {
  return a.first < b.first + b.size && b.first < a.first + a.size;
}

/** The lowest aligned block of `size` in `outer` that meets none of `taken`. */
export function firstFreeBlock(outer: Block, size: number, taken: readonly Block[]): Block | undefined {
  for (let first = outer.first; first + size <= outer.first + outer.size; first += size) {
    const candidate = { first, size };
    if (taken.every((block) => !overlap(block, candidate))) {
      return candidate;
    }
  }
  return undefined;
}
