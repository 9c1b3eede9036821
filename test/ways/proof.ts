/** Whether a run did what the list of ways says that an example does. Pure. */
import type { Call } from './calls.ts';
import { holds } from './values.ts';
import type { Use } from './ways.ts';

export interface Evidence {
  readonly calls: readonly Call[];
  /** The cloud's answer about the gateway. */
  readonly held: unknown;
  /** The object's status. */
  readonly shown: unknown;
}

/** What is missing, beside what there was instead. */
export function unproven({ sent = {}, held = {}, shown = {} }: Use, evidence: Evidence): readonly string[] {
  const unsent = Object.entries(sent).flatMap(([call, carried]) => {
    const same = evidence.calls.filter((other) => other.call === call).map((other) => other.carried);
    return same.some((other) => holds(other, carried)) ? [] : [difference(call, carried, same)];
  });
  return [
    ...unsent,
    ...(holds(evidence.held, held) ? [] : [difference('held', held, evidence.held)]),
    ...(holds(evidence.shown, shown) ? [] : [difference('shown', shown, evidence.shown)]),
  ];
}

function difference(what: string, expected: unknown, found: unknown): string {
  return `${what}: expected ${JSON.stringify(expected)}, found ${JSON.stringify(found)}`;
}
