/** One round: every question about a subject is asked once, within the budget. */
import type { SecureContext } from 'node:tls';
import type { Budget, Priority } from '../lib/budget.ts';
import type { ConnectionSubject } from '../lib/connecting.ts';
import { type NameResult, resolveName } from '../lib/names.ts';
import type { Network } from '../lib/network.ts';
import { openConnection } from './connections.ts';
import type { ConnectionResult, Subject } from './proof-types.ts';
import { isGoodAnswer } from './round.ts';

/** One question, as metrics see it. */
export interface ProbeRecord {
  readonly check: 'dns' | 'tcp' | 'tls';
  /**
   * `ok`, or what is wrong: a `ConnectionFailure`'s kind, an error code of Node.js' `dns`, or `elsewhere` for an answer
   * that is not the gateway.
   */
  readonly result: string;
}

export interface AskDeps {
  readonly network: Network;
  readonly budget: Budget;
  /** Deadline of each question, in real time. */
  readonly timeoutMs: number;
  readonly trust?: SecureContext | undefined;
  readonly onResult: (record: ProbeRecord) => void;
}

/** In the order of the subject. */
export interface Answers {
  readonly names: readonly NameResult[];
  readonly connections: readonly ConnectionResult[];
}

/** A gateway is not to be stormed, whatever the budget holds. */
const atOnce = 4;

/**
 * Asks for every name and opens every connection of a subject, a few at once. Settles when nothing is under way any
 * more; rejects with the signal's reason when it aborts, or with an error that says nothing about the subject.
 */
export async function askAll(
  subject: Subject,
  deps: AskDeps,
  { priority, signal }: { readonly priority: Priority; readonly signal: AbortSignal },
): Promise<Answers> {
  const names: NameResult[] = [];
  const connections: ConnectionResult[] = [];
  const resolve = async (name: string, index: number): Promise<void> => {
    await deps.budget.acquire(priority, signal);
    const result = await resolveName(name, deps, signal);
    names[index] = result;
    deps.onResult({ check: 'dns', result: wordFor(result, subject) });
  };
  const open = async (connection: ConnectionSubject, index: number): Promise<void> => {
    await deps.budget.acquire(priority, signal);
    const result = await openConnection(connection, deps, signal);
    connections[index] = result;
    const check = connection.servername === undefined ? 'tcp' : 'tls';
    deps.onResult({ check, result: result.failure?.kind ?? 'ok' });
  };
  await allOf([
    ...subject.names.map((name, index) => async () => resolve(name, index)),
    ...subject.connections.map((connection, index) => async () => open(connection, index)),
  ]);
  return { names, connections };
}

function wordFor(result: NameResult, { addresses }: Subject): string {
  return result.failure ?? (isGoodAnswer(result, addresses) ? 'ok' : 'elsewhere');
}

/** Workers that share the rest of the work; when one fails, the others still come to their end. */
async function allOf(work: readonly (() => Promise<void>)[]): Promise<void> {
  const rest = work.values();
  const worker = async (): Promise<void> => {
    for (const task of rest) {
      await task();
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: atOnce }, worker));
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed !== undefined) {
    throw failed.reason;
  }
}
