/** What a person sees of a run: a live table on a terminal, plain lines elsewhere. */
import type { Observer } from './observer.ts';
import { countsOf, gatewayTable } from './table.ts';
import { ansi, clip, type Line, plain, seconds, span } from './text.ts';

export interface Screen {
  /** A new step of the story. */
  step(title: string): void;
  /** How the step went on. */
  detail(text: string): void;
  /** Shows how things stand for the last time. May be called again. */
  close(): void;
}

/** A terminal, as much of it as is used. */
export interface Terminal {
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
}

const redrawMs = 200;
/** Above this many gateways, lines about each of them would help nobody. */
const mostLines = 20;

/** Everything that is told to one screen is told to all of them. */
export function allScreens(screens: readonly Screen[]): Screen {
  return {
    step: (title) => screens.forEach((screen) => screen.step(title)),
    detail: (text) => screens.forEach((screen) => screen.detail(text)),
    close: () => screens.forEach((screen) => screen.close()),
  };
}

/** One line per change of state, with the time since the step began: for logs and pipes. */
export function plainScreen(
  observer: Observer,
  names: readonly string[],
  write: (text: string) => unknown,
): Screen {
  let stepAtMs = Date.now();
  const say = (text: string): unknown => write(`${seconds(Date.now() - stepAtMs).padStart(10)}  ${text}\n`);
  const stop = names.length > mostLines ? tellCounts(observer, say) : tellChanges(observer, names, say);
  return {
    step(title) {
      stepAtMs = Date.now();
      write(`\n==> ${title}\n`);
    },
    detail: say,
    close: stop,
  };
}

function tellChanges(
  observer: Observer,
  names: readonly string[],
  say: (text: string) => unknown,
): () => void {
  const width = Math.max(...names.map(({ length }) => length));
  return observer.listen((seen, before) => {
    const { name, target, state, ready, isReady, ips } = seen;
    const same = state === before?.state && ready === before.ready && ips.join() === before.ips.join();
    if (same || state === 'New') {
      return;
    }
    const was = before?.state === 'New' ? undefined : before;
    const after = was === undefined ? target : `after ${seconds(seen.sinceMs - was.sinceMs)} ${was.state}`;
    const what = state === was?.state ? '' : after;
    const rest = state === 'Gone' ? '' : `${isReady ? 'Ready  ' : ''}${ips.join(' ')}`;
    say(`${name.padEnd(width)} ${state.padEnd(9)} ${what.padEnd(28)} ${rest}`.trimEnd());
  });
}

function tellCounts(observer: Observer, say: (text: string) => unknown): () => void {
  let told = '';
  const tell = (): void => {
    const text = plain(countsOf(observer.all()));
    if (text !== told) {
      told = text;
      say(text);
    }
  };
  const timer = setInterval(tell, 1_000);
  return () => {
    clearInterval(timer);
    tell();
  };
}

/** A table that is redrawn in place below the story. */
export function liveScreen(observer: Observer, terminal: Terminal): Screen {
  let drawn = 0;
  let closed = false;
  const erase = (): void => {
    terminal.write(drawn === 0 ? '' : `\u001b[${drawn}A\u001b[J`);
    drawn = 0;
  };
  const draw = (): void => {
    const { columns = 80, rows = 24 } = terminal;
    // Room for the step's title and its details, so that they stay in sight.
    const mostRows = Math.max(3, Math.min(mostLines, rows - 10));
    const lines: Line[] =
      observer.all().length === 0
        ? []
        : [[], ...gatewayTable(observer.all(), { nowMs: Date.now(), mostRows })];
    erase();
    terminal.write(lines.map((line) => `${ansi(clip(line, columns - 1))}\n`).join(''));
    drawn = lines.length;
  };
  const say = (line: Line): void => {
    erase();
    terminal.write(`${ansi(line)}\n`);
    draw();
  };
  const timer = setInterval(draw, redrawMs);
  return {
    step: (title) => {
      say([]);
      say([span('==> '), span(title, 'bold')]);
    },
    detail: (text) => say([span(`    ${text}`)]),
    close() {
      clearInterval(timer);
      if (!closed) {
        draw();
        closed = true;
      }
    },
  };
}
