/**
 * Settles as `work` does, or rejects with the signal's reason as soon as it aborts. The work itself goes on
 * unobserved: use it only where the callee takes no AbortSignal, and treat an abandoned write as possibly done.
 */
export async function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const onAbort = (): void => aborted.reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
