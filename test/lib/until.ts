import { setTimeout as delay } from 'node:timers/promises';

export interface UntilOptions {
  /** What is waited for, as a sentence fragment; the error of a missed deadline says it. */
  readonly what: string;
  /** Milliseconds; generous, since a passing test never waits for it. */
  readonly deadlineMs?: number;
  readonly everyMs?: number;
}

/** However late it is, the last look gets a moment for its answer. */
const leastProbeMs = 1_000;

/**
 * Polls `probe` until it returns something other than `undefined` and `false`, and returns that.
 * Throws when the deadline passes, naming what was waited for and the probe's last error; also when a probe never
 * settles.
 */
export async function until<T>(
  probe: () => Promise<T | undefined | false> | T | undefined | false,
  { what, deadlineMs = 30_000, everyMs = 25 }: UntilOptions,
): Promise<T> {
  const deadline = Date.now() + deadlineMs;
  let lastError: unknown;
  for (;;) {
    try {
      const result = await within(Math.max(deadline - Date.now(), leastProbeMs), probe());
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

async function within<T>(limitMs: number, work: Promise<T> | T): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error('the last look got no answer')), limitMs);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
