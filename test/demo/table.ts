/** The gateways as a table: what a person has to know of each, in one line. Pure. */
import type { Seen } from './observer.ts';
import { aligned, type Line, span, type Style } from './text.ts';

export interface TableOptions {
  readonly nowMs: number;
  /** Rows that there is room for; when there are more gateways, those that changed last are shown. */
  readonly mostRows: number;
}

const columns = ['GATEWAY', 'TARGET', 'STATE', 'FOR', 'READY', 'IPS'] as const;

export function gatewayTable(all: readonly Seen[], { nowMs, mostRows }: TableOptions): readonly Line[] {
  const shown =
    all.length <= mostRows ? all : all.toSorted((a, b) => b.sinceMs - a.sinceMs).slice(0, mostRows);
  const rows = shown.map((seen) => row(seen, nowMs));
  const header = columns.map((title) => span(title, 'dim'));
  const lines = aligned([header, ...rows]);
  return all.length <= mostRows ? lines : [countsOf(all), ...lines];
}

/** `100 gateways: Updating 40, Stable 60`. */
export function countsOf(all: readonly Seen[]): Line {
  const counts = [...Map.groupBy(all, ({ state }) => state)].map(
    ([state, members]) => `${state} ${members.length}`,
  );
  return [span(`${all.length} gateways: ${counts.join(', ')}`)];
}

export function styleOf(state: string): Style | undefined {
  return styles.get(state);
}

const styles: ReadonlyMap<string, Style> = new Map([
  ['New', 'dim'],
  ['Gone', 'dim'],
  ['Pending', 'yellow'],
  ['Updating', 'yellow'],
  ['Deleting', 'yellow'],
  ['Stable', 'green'],
  ['Failed', 'red'],
]);

function row(seen: Seen, nowMs: number): Line {
  const { name, target, state, sinceMs, ready, reason, ips, gone } = seen;
  const why = ready === 'True' || routine.has(reason) ? '' : ` (${reason})`;
  return [
    span(name),
    span(target),
    span(state, styleOf(state)),
    span(gone ? '' : `${Math.floor((nowMs - sinceMs) / 1000)} s`.padStart(5), 'dim'),
    span(gone ? '' : `${ready}${why}`, ready === 'True' ? 'green' : undefined),
    span(gone ? '' : ips.join(' ')),
  ];
}

/** Reasons that say no more than the state does. */
const routine: ReadonlySet<string> = new Set(['', 'Progressing', 'Deleting']);
