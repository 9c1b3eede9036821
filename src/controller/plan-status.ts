/** What a status and a message tell of the actions that are still to be done. Pure. */
import type { PlannedAction, PlanStatus } from './kind.ts';

/** The schema refuses more, and with it the whole status. */
const mostActions = 20;
const mostCharacters = 256;

/** `undefined` when nothing is left to do. */
export function planStatus(actions: readonly PlannedAction[]): PlanStatus | undefined {
  return actions.length === 0
    ? undefined
    : {
        total: actions.length,
        actions: actions.slice(0, mostActions).map(({ sentence, destructive, irreversible }) => ({
          action: cut(sentence),
          ...(destructive && { destructive }),
          ...(irreversible && { irreversible }),
        })),
      };
}

/** The same in one line. */
export function sayActions(actions: readonly PlannedAction[]): string {
  const more = actions.length - mostActions;
  const said = actions.slice(0, mostActions).map(({ sentence }) => cut(sentence));
  return [...said, ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
}

/** By code points, as the API server counts: half a character would come back as another. */
function cut(sentence: string): string {
  const characters = Array.from(sentence);
  return characters.length <= mostCharacters
    ? sentence
    : `${characters.slice(0, mostCharacters - 1).join('')}…`;
}
