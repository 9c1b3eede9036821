/** How a command ends. 1 to 3 are told apart so that a pipeline can go on with what is merely still to be done. */
export const exitCodes = {
  /** Nothing is left to do. */
  done: 0,
  /** The cloud or the cluster did not answer, or something stands in the way of a plan. */
  problem: 1,
  /** Wrong usage, a configuration or a file that cannot be used. */
  usage: 2,
  /** There is something to do. */
  toDo: 3,
} as const;

/** What the user gave cannot be used; the message says what to change. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** What a command has to say on standard output, and how it ends. */
export interface CommandResult {
  readonly output: string;
  /** For standard error: what was left out, and why. */
  readonly notes?: readonly string[];
  readonly exitCode: number;
}
