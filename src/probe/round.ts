/** What it came to when everything of one check was asked once. Pure. */
import { addressClass } from '../lib/address-class.ts';
import type { NameResult } from '../lib/names.ts';
import type { ConnectionResult } from './proof-types.ts';

export interface Round<Result> {
  /** Whether every result is as it shall be. */
  readonly isGood: boolean;
  /**
   * Rounds with the same gist tell a person the same. Good ones: the same answers. Bad ones: the same names or
   * connections fail in the same way, whatever the others say; public addresses are one way, since big names rotate
   * theirs.
   */
  readonly gist: string;
  readonly results: readonly Result[];
}

/** An answer is good when there are addresses, all of them among `addresses`, the gateway's own. */
export function isGoodAnswer(result: NameResult, addresses: readonly string[]): boolean {
  return result.addresses.length > 0 && result.addresses.every((address) => addresses.includes(address));
}

/** One result for each name, `addresses` being the gateway's own. */
export function namesRound(results: readonly NameResult[], addresses: readonly string[]): Round<NameResult> {
  const bad = results.filter((result) => !isGoodAnswer(result, addresses));
  const words =
    bad.length === 0
      ? results.map((result) => [result.name, ...result.addresses])
      : bad.map((result) => [result.name, result.failure ?? '', ...strangers(result, addresses)]);
  return { isGood: bad.length === 0, gist: JSON.stringify(words), results };
}

/** One result for each connection. */
export function connectionsRound(results: readonly ConnectionResult[]): Round<ConnectionResult> {
  const words = results.flatMap(({ address, port, servername, failure }) =>
    failure === undefined ? [] : [[address, port, servername ?? '', failure.kind]],
  );
  return { isGood: words.length === 0, gist: JSON.stringify(words), results };
}

/** Where an answer leads instead: a private address says where, of others the class is enough. */
function strangers(result: NameResult, addresses: readonly string[]): string[] {
  const words = result.addresses
    .filter((address) => !addresses.includes(address))
    .map((address) => {
      const kind = addressClass(address);
      return kind === 'private' ? address : kind;
    });
  return [...new Set(words)].toSorted();
}
