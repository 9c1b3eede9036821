/** Durations as people write them in the configuration: `500ms`, `10s`, `5m`, `2h`. */

/** Timers fire at once when they are set for more than 24.8 days, so there is a limit. */
const maxDurationMs = 7 * 24 * 3_600_000;

export function isDuration(text: string): boolean {
  const ms = parse(text);
  return ms > 0 && ms <= maxDurationMs;
}

/** In milliseconds; `text` is absent, or what `isDuration` holds true of. */
export function durationMs(text: string | undefined, defaultMs: number): number {
  return text === undefined ? defaultMs : parse(text);
}

/** 0 for what is no duration. */
function parse(text: string): number {
  const [, amount = '0', unit = 'ms'] = /^(\d+)(ms|s|m|h)$/.exec(text) ?? [];
  return Number(amount) * ({ ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }[unit] ?? 1);
}
