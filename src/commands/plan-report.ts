/** What `vpe-operator plan` says of each object, for people and for programs, and how it ends. Pure. */
import type { PlannedAction } from '../controller/kind.ts';
import { explain } from '../controller/outcome.ts';
import type { Preview } from '../controller/preview.ts';
import { exitCodes, type CommandResult } from './exit-codes.ts';

export interface PlannedObject {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** managementPolicy Observe: the operator would only show the plan. */
  readonly observed: boolean;
  /** Absent when the cluster did not take the object, or it is not for this operator. */
  readonly found?: Preview;
  readonly refusal?: { readonly invalid: boolean; readonly messages: readonly string[] };
}

type Result = 'NothingToDo' | 'ToDo' | 'Waiting' | 'Problem' | 'Invalid';

/** Of what several objects come to, the first of these that any of them comes to is the command's. */
const codes: readonly (readonly [Result, number])[] = [
  ['Invalid', exitCodes.usage],
  ['Problem', exitCodes.problem],
  ['ToDo', exitCodes.toDo],
  ['Waiting', exitCodes.toDo],
  ['NothingToDo', exitCodes.done],
];

export function reportPlan(objects: readonly PlannedObject[], json: boolean): CommandResult {
  const results = new Set(objects.map(resultOf));
  const [, exitCode] = codes.find(([result]) => results.has(result)) ?? [undefined, exitCodes.done];
  return { output: json ? asJson(objects) : objects.map(asText).join('\n'), exitCode };
}

function resultOf({ found, refusal }: PlannedObject): Result {
  switch (found?.verdict.kind) {
    case undefined:
      return refusal?.invalid === true ? 'Invalid' : 'Problem';
    case 'settled':
    case 'paused':
      return 'NothingToDo';
    case 'acted':
    case 'differs':
      return 'ToDo';
    case 'waiting':
      // What counts as stalled after a while is for somebody to see to.
      return found.verdict.stallsAfter === undefined ? 'Waiting' : 'Problem';
    case 'stalled':
    case 'failed':
      return 'Problem';
  }
}

function asJson(objects: readonly PlannedObject[]): string {
  const items = objects.map((object) => {
    const { kind, namespace, name, observed, found } = object;
    const { reason, messages } = said(object);
    const actions = (found?.actions ?? []).map(({ sentence, destructive, irreversible }) => ({
      action: sentence,
      ...(destructive && { destructive }),
      ...(irreversible && { irreversible }),
    }));
    return { kind, namespace, name, observed, result: resultOf(object), reason, messages, actions };
  });
  return `${JSON.stringify({ items }, undefined, 2)}\n`;
}

function asText(object: PlannedObject): string {
  const { kind, namespace, name, observed, found } = object;
  const actions = (found?.actions ?? []).map((action) => `  - ${sayAction(action)}`);
  const head = `${kind} ${namespace}/${name}: ${sayResult(object)}${observed ? ' (only observed)' : ''}`;
  return [head, ...actions, ''].join('\n');
}

function sayResult(object: PlannedObject): string {
  const { reason, messages } = said(object);
  const text = messages.join('\n    ');
  switch (resultOf(object)) {
    case 'NothingToDo':
      return reason === 'Paused' ? `nothing to do: ${text}` : 'nothing to do';
    case 'ToDo':
      return `${object.found?.actions.length} to do`;
    case 'Waiting':
      return `to wait for: ${reason}: ${text}`;
    case 'Problem':
      return reason === undefined ? `problem: ${text}` : `problem: ${reason}: ${text}`;
    case 'Invalid':
      return `invalid:\n    ${text}`;
  }
}

/** Reasons are those of the Ready condition. */
function said({ found, refusal }: PlannedObject): {
  readonly reason?: string;
  readonly messages: readonly string[];
} {
  if (found === undefined) {
    return { messages: refusal?.messages ?? [] };
  }
  const { reason, message } = explain(found.verdict, false);
  return { reason, messages: [message] };
}

function sayAction({ sentence, destructive, irreversible }: PlannedAction): string {
  const marks = [destructive && 'destructive', irreversible && 'irreversible'].filter(Boolean).join(', ');
  return marks === '' ? sentence : `${sentence} (${marks})`;
}
