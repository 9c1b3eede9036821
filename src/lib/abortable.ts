/**
 * Settles as `work` does, or rejects with the signal's reason as soon as it aborts. The work itself goes on
 * unobserved: use it for work that several wait for, where nobody alone may end it.
 */
export async function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const onAbort = (): void => aborted.reject(signal.reason);
  if (signal.aborted) {
    onAbort();
  }
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    // The race also handles a failure of abandoned work, which would otherwise end the process.
    return await Promise.race([aborted.promise, work]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
