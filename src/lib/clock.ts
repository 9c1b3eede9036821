/**
 * Time as the program sees it. Everything that waits or reads the time takes a Clock, so that tests can
 * settle hours in milliseconds; `src/main.ts` is the only place that binds `systemClock`.
 */
export interface Clock {
  /** Milliseconds since the Unix epoch, for what others read. It jumps when somebody (NTP) sets the clock. */
  now(): number;
  /** Milliseconds since some moment, for how long something took or lasts: it never jumps. */
  monotonic(): number;
  /** Calls `callback` once after `delayMs`, unless the returned timer is cancelled first. */
  setTimer(delayMs: number, callback: () => void): Timer;
}

export interface Timer {
  cancel(): void;
}

/** A longer delay would be taken for 1 ms (Node.js, `setTimeout`). Nobody waits 24 days for a timer. */
const longestDelayMs = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimer: (delayMs, callback) => {
    const timer = setTimeout(callback, Math.min(delayMs, longestDelayMs));
    return { cancel: () => clearTimeout(timer) };
  },
};

/** Resolves after `delayMs`; rejects with the signal's reason as soon as `signal` aborts. */
export async function sleep(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const onAbort = (): void => {
      timer.cancel();
      reject(signal?.reason);
    };
    const timer = clock.setTimer(delayMs, () => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    });
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
