/** What a pass came to, in a word or two. */
import type { Verdict } from '../../../src/controller/outcome.ts';

export function inShort(verdict: Verdict): string {
  switch (verdict.kind) {
    case 'waiting':
    case 'stalled':
      return `${verdict.kind} ${verdict.reason}`;
    case 'failed':
      return `failed ${verdict.failure.reason}`;
    default:
      return verdict.kind;
  }
}
