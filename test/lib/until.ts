import { setTimeout as delay } from 'node:timers/promises';

export interface UntilOptions {
  /** What is waited for, as a sentence fragment; the error of a missed deadline says it. */
  readonly what: string;
  /** Milliseconds; generous, since a passing test never waits for it. */
  readonly deadlineMs?: number;
  readonly everyMs?: number;
}

/**
 * Polls `probe` until it returns something other than `undefined` and `false`, and returns that.
 * Throws when the deadline passes, naming what was waited for and the probe's last error.
 */
export async function until<T>(
  probe: () => Promise<T | undefined | false> | T | undefined | false,
  { what, deadlineMs = 30_000, everyMs = 25 }: UntilOptions,
): Promise<T> {
  const deadline = Date.now() + deadlineMs;
  let lastError: unknown;
  for (;;) {
    try {
      const result = await probe();
      if (result !== undefined && result !== false) {
        return result;
      }
      lastError = undefined;
    } catch (error) {
      lastError = error;
    }
    if (Date.now() > deadline) {
      throw new Error(`not within ${deadlineMs} ms: ${what}`, { cause: lastError });
    }
    await delay(everyMs);
  }
}
