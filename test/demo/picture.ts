/**
 * Records a real run and draws its decisive moments: of each step, for each state, the moment at which most gateways
 * were in it. Nothing is made up; what is left out is only the waiting in between.
 */
import type { Observer, Seen } from './observer.ts';
import type { Screen } from './screen.ts';
import { terminalPicture } from './svg.ts';
import { styleOf } from './table.ts';
import { aligned, type Line, seconds, span, wrapped } from './text.ts';

interface Moment {
  readonly atMs: number;
  /** The gateways that changed their state in this step, as they were then. */
  readonly rows: readonly Seen[];
}

interface Step {
  readonly title: string;
  readonly beganMs: number;
  /** Names of the gateways that changed their state in it. */
  readonly changed: Set<string>;
  readonly moments: Moment[];
  readonly details: { readonly atMs: number; readonly text: string }[];
}

export class Picture implements Screen {
  readonly #observer: Observer;
  readonly #steps: Step[] = [];
  readonly #stop: () => void;

  constructor(observer: Observer) {
    this.#observer = observer;
    this.#stop = observer.listen((seen, before) => this.#record(seen, before));
  }

  step(title: string): void {
    this.#steps.push({ title, beganMs: Date.now(), changed: new Set(), moments: [], details: [] });
  }

  detail(text: string): void {
    const step = this.#steps.at(-1);
    step?.details.push({ atMs: Date.now() - step.beganMs, text });
  }

  close(): void {
    this.#stop();
  }

  /** The SVG. `opening` and `ending` stand above and below the run. */
  draw(title: string, opening: readonly Line[], ending: readonly Line[]): string {
    const told = this.#steps.map((step) => ({ heading: step.title, entries: entriesOf(step) }));
    const rows = told.flatMap(({ entries }) => entries).filter((entry) => 'cells' in entry);
    const lines = aligned(rows.map(({ cells }) => cells));
    const lineOf = new Map<Entry, Line>(rows.map((row, index) => [row, lines[index] ?? []]));
    const story = told.flatMap(({ heading, entries }) => [
      [],
      [span(`==> ${heading}`, 'bold')],
      ...entries.map((entry) => [
        span(`${entry.time.padStart(8)}  `, 'dim'),
        ...('cells' in entry ? (lineOf.get(entry) ?? []) : [span(entry.text)]),
      ]),
    ]);
    return terminalPicture(title, [...opening, ...story, [], ...ending]);
  }

  #record(seen: Seen, before: Seen | undefined): void {
    const step = this.#steps.at(-1);
    if (step === undefined || seen.state === 'New') {
      return;
    }
    if (seen.state !== before?.state) {
      step.changed.add(seen.name);
    }
    const rows = this.#observer.all().filter(({ name }) => step.changed.has(name));
    step.moments.push({ atMs: Date.now() - step.beganMs, rows });
  }
}

type Entry =
  { readonly time: string; readonly cells: Line } | { readonly time: string; readonly text: string };

/** What fits beside the time, in characters. */
const detailWidth = 98;

/** The lines of a step in order; of lines of one moment, the first tells its time. */
function entriesOf({ moments, details }: Step): readonly Entry[] {
  const parts: readonly { readonly atMs: number; readonly entries: (time: string) => readonly Entry[] }[] = [
    ...decisive(moments).map(({ atMs, rows }) => ({
      atMs,
      entries: (time: string) =>
        rows.map((seen, index) => ({ time: index === 0 ? time : '', cells: cellsOf(seen) })),
    })),
    ...details.map(({ atMs, text }) => ({
      atMs,
      entries: (time: string) =>
        wrapped(text, detailWidth).map((line, index) => ({ time: index === 0 ? time : '', text: line })),
    })),
  ];
  return parts.toSorted((a, b) => a.atMs - b.atMs).flatMap(({ atMs, entries }) => entries(seconds(atMs)));
}

/** Of moments that are as good, the last one: it knows the addresses. */
function decisive(moments: readonly Moment[]): readonly Moment[] {
  const states = new Set(moments.flatMap(({ rows }) => rows.map(({ state }) => state)));
  const best = [...states].map((wanted) => {
    const count = ({ rows }: Moment): number => rows.filter(({ state }) => state === wanted).length;
    return moments.reduce((a, b) => (count(b) >= count(a) ? b : a));
  });
  return [...new Set(best)];
}

function cellsOf({ name, target, state, isReady, gone, ips }: Seen): Line {
  return [
    span(name),
    span(target, 'dim'),
    span(state, styleOf(state)),
    span(isReady ? 'Ready' : '', 'green'),
    span(gone ? '' : ips.join(' ')),
  ];
}
