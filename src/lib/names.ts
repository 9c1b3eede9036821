/** What the resolvers say of a name. */
import type { Network } from './network.ts';

export interface NameResult {
  readonly name: string;
  /** In order; empty when there were none, for the reason that `failure` gives. */
  readonly addresses: readonly string[];
  /** Error code of Node.js' `dns`, such as `ENOTFOUND`. */
  readonly failure?: string;
}

export interface Asking {
  readonly network: Pick<Network, 'lookup'>;
  /** Deadline of one question, in real time. */
  readonly timeoutMs: number;
}

/**
 * What the resolvers answer for a name now: each address once, in numerical order, since resolvers rotate them. An
 * answer without addresses is the failure `ENODATA`, none before the deadline `ETIMEOUT`. Rejects with the signal's
 * reason when it aborts, and with an error of the network that has no code, which says nothing about the name.
 */
export async function resolveName(
  name: string,
  { network, timeoutMs }: Asking,
  signal: AbortSignal,
): Promise<NameResult> {
  signal.throwIfAborted();
  const deadline = AbortSignal.timeout(timeoutMs);
  try {
    const answer = await network.lookup(name, AbortSignal.any([signal, deadline]));
    const addresses = [...new Set(answer)].toSorted((a, b) => numberOf(a) - numberOf(b));
    return { name, addresses, ...(addresses.length === 0 && { failure: 'ENODATA' }) };
  } catch (error) {
    signal.throwIfAborted();
    return { name, addresses: [], failure: deadline.aborted ? 'ETIMEOUT' : codeOf(error) };
  }
}

function numberOf(address: string): number {
  return address.split('.').reduce((number, octet) => number * 256 + Number(octet), 0);
}

function codeOf(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined) {
    throw error;
  }
  return code;
}
