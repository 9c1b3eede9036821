/**
 * How often an operator that keeps to its schedules may call in a given time. Pure, and reckoned apart from
 * `src/kube/backoff.ts`: a schedule that the program does not keep must not move the bound that is to show it.
 */
import type { Schedule } from '../../../src/controller/timings.ts';

/** A timer may fire up to so much early, by the clock of another process. */
const timerSlackMs = 1;

interface PauseOptions {
  /** What the server asked for. */
  readonly atLeastMs?: number;
  /** How many; without it there is no end. */
  readonly times?: number;
}

/** The pauses of a schedule: `baseMs` doubling up to `maxMs`. May be gone through again and again. */
export function pausesOf(
  { baseMs, maxMs }: Schedule,
  { atLeastMs = 0, times = Infinity }: PauseOptions = {},
): Iterable<number> {
  return {
    *[Symbol.iterator]() {
      for (let failures = 0; failures < times; failures += 1) {
        yield Math.max(Math.min(maxMs, baseMs * 2 ** failures), atLeastMs);
      }
    },
  };
}

/** Those of the first, then those of the second. */
export function inTurn(first: Iterable<number>, second: Iterable<number>): Iterable<number> {
  return {
    *[Symbol.iterator]() {
      yield* first;
      yield* second;
    },
  };
}

/** The schedule of the smallest pauses that jitter makes of this one: it takes half of a pause away at most. */
export function jittered({ baseMs, maxMs }: Schedule): Schedule {
  return { baseMs: baseMs / 2, maxMs: maxMs / 2 };
}

/** How often something may happen within a time, the first time at its very beginning. */
export function timesWithin(windowMs: number, pauses: Iterable<number>): number {
  let times = 1;
  let atMs = 0;
  for (const pauseMs of pauses) {
    atMs += Math.max(pauseMs - timerSlackMs, timerSlackMs);
    if (atMs > windowMs) {
      break;
    }
    times += 1;
  }
  return times;
}

/** What is allowed of one call; the sum of it all. */
export interface Allowance {
  /** In each pass over an object. */
  readonly pass?: number;
  /** In each attempt of the program as a whole: what it does whether there are objects or not. */
  readonly attempt?: number;
  /** For each object, however many passes there are. */
  readonly object?: number;
  /** For all objects together. */
  readonly shared?: number;
  /** Likewise, and besides once in every so many milliseconds. */
  readonly everyMs?: number;
}

export interface Extent {
  readonly objects: number;
  /** Over each object; or the attempts of the program. */
  readonly passes: number;
  readonly windowMs: number;
}

export function mostCalls(
  { pass = 0, attempt = 0, object = 0, shared = 0, everyMs = Infinity }: Allowance,
  { objects, passes, windowMs }: Extent,
): number {
  return objects * (passes * pass + object) + passes * attempt + shared + Math.floor(windowMs / everyMs);
}

/** What was called more often than allowed, or not allowed at all; as sentences. */
export function excesses(
  counts: ReadonlyMap<string, number>,
  allowed: Readonly<Record<string, Allowance>>,
  extent: Extent,
): readonly string[] {
  return [...counts].flatMap(([name, count]) => {
    const most = mostCalls(allowed[name] ?? {}, extent);
    return count <= most ? [] : [`${count} calls ${name}, of at most ${most}`];
  });
}
