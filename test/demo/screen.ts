/** What a person sees of a run: a live table on a terminal, plain lines elsewhere, nothing when told to be quiet. */
import type { Observer, Seen } from './observer.ts';

export interface Screen {
  /** A new step of the story. */
  step(text: string): void;
  detail(text: string): void;
  close(): void;
}

const redrawMs = 200;
const mostRows = 20;

export function quietScreen(): Screen {
  return { step: () => undefined, detail: () => undefined, close: () => undefined };
}

/** One line per change: for logs and pipes. */
export function plainScreen(observer: Observer, write: (text: string) => void): Screen {
  const told = new Map<string, string>();
  observer.onChange = (seen) => {
    const line = row(seen, { withTime: false });
    if (told.get(seen.name) !== line) {
      told.set(seen.name, line);
      write(`    ${line}\n`);
    }
  };
  return {
    step: (text) => write(`\n==> ${text}\n`),
    detail: (text) => write(`    ${text}\n`),
    close: () => {
      observer.onChange = () => undefined;
    },
  };
}

/** A table that is redrawn in place below the story. */
export function liveScreen(observer: Observer, write: (text: string) => void): Screen {
  let drawn = 0;
  const erase = (): void => {
    write(drawn === 0 ? '' : `\u001b[${drawn}A\u001b[J`);
    drawn = 0;
  };
  const draw = (): void => {
    const lines = table(observer.all());
    erase();
    write(`${lines.join('\n')}\n`);
    drawn = lines.length;
  };
  const timer = setInterval(draw, redrawMs);
  const say = (text: string): void => {
    erase();
    write(text);
    draw();
  };
  draw();
  return {
    step: (text) => say(`\n\u001b[1m==> ${text}\u001b[0m\n`),
    detail: (text) => say(`    ${text}\n`),
    close: () => {
      clearInterval(timer);
      draw();
    },
  };
}

const header = row({
  name: 'GATEWAY',
  target: 'TARGET',
  state: 'STATE',
  ready: 'READY',
  reason: 'REASON',
  ips: ['IPS'],
});

function table(all: readonly Seen[]): readonly string[] {
  if (all.length <= mostRows) {
    return [header, ...all.map((seen) => row(seen, { withTime: true }))];
  }
  const states = Map.groupBy(all, ({ state }) => state);
  const counts = [...states].map(([state, members]) => `${state} ${members.length}`).join('   ');
  const changing = all.toSorted((a, b) => b.sinceMs - a.sinceMs).slice(0, mostRows);
  return [
    `${all.length} gateways:   ${counts}`,
    header,
    ...changing.map((seen) => row(seen, { withTime: true })),
  ];
}

type Row = Pick<Seen, 'name' | 'target' | 'state' | 'ready' | 'reason' | 'ips'> & {
  readonly sinceMs?: number;
};

function row(seen: Row, { withTime }: { withTime: boolean } = { withTime: false }): string {
  const seconds =
    withTime && seen.sinceMs !== undefined ? `${Math.round((Date.now() - seen.sinceMs) / 1000)} s` : '';
  return [
    seen.name.padEnd(22),
    seen.target.padEnd(34),
    seen.state.padEnd(9),
    seen.ready.padEnd(6),
    seen.reason.padEnd(14),
    seconds.padStart(5),
    ` ${seen.ips.join(',')}`,
  ]
    .join(' ')
    .trimEnd();
}
