/** Says what takes long while it takes long. */
export type OnProgress = (line: string) => void;

const repeatMs = 15_000;

/** Tells that `what` has begun, every quarter of a minute that it goes on, and how long it took. */
export async function withProgress<T>(
  onProgress: OnProgress,
  what: string,
  work: () => Promise<T>,
): Promise<T> {
  const start = performance.now();
  const elapsed = (): string => `${Math.round((performance.now() - start) / 1000)} s`;
  onProgress(`${what} …`);
  const timer = setInterval(() => onProgress(`${what} … ${elapsed()}`), repeatMs);
  try {
    const result = await work();
    onProgress(`${what}: done in ${elapsed()}`);
    return result;
  } finally {
    clearInterval(timer);
  }
}
