/** Text with styles, for a terminal, a pipe and a picture alike. */
export type Style = 'bold' | 'dim' | 'green' | 'yellow' | 'red';

export interface Span {
  readonly text: string;
  readonly style?: Style | undefined;
}

export type Line = readonly Span[];

/** Select Graphic Rendition parameters (ECMA-48 §8.3.117). */
const codes: Readonly<Record<Style, number>> = { bold: 1, dim: 2, green: 32, yellow: 33, red: 31 };

export function span(text: string, style?: Style): Span {
  return { text, style };
}

export function plain(line: Line): string {
  return line
    .map(({ text }) => text)
    .join('')
    .trimEnd();
}

export function ansi(line: Line): string {
  return line
    .map(({ text, style }) => (style === undefined ? text : `\u001b[${codes[style]}m${text}\u001b[0m`))
    .join('')
    .trimEnd();
}

/** At most `width` characters: a line that wraps would spoil what is redrawn in place. */
export function clip(line: Line, width: number): Line {
  let room = width;
  return line.flatMap(({ text, style }) => {
    const kept = text.length <= room ? text : `${text.slice(0, Math.max(0, room - 1))}${room > 0 ? '…' : ''}`;
    room -= kept.length;
    return kept === '' ? [] : [span(kept, style)];
  });
}

const mostLines = 3;

/** Between words, with the later lines indented; what does not fit into three is left out. */
export function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(/(?<=\S) /)) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + word.length <= width) {
      lines.splice(-1, 1, `${line} ${word}`);
    } else {
      lines.push(line === undefined ? word : `  ${word}`);
    }
  }
  const shown = lines.slice(0, mostLines);
  return lines.length <= mostLines
    ? shown
    : shown.map((line, index) => (index === mostLines - 1 ? `${line.slice(0, width - 2)} …` : line));
}

/** Rows of cells as lines in which each column begins at the same place. */
export function aligned(rows: readonly Line[]): readonly Line[] {
  const widths = rows.reduce<number[]>(
    (most, cells) => cells.map(({ text }, index) => Math.max(text.length, most[index] ?? 0)),
    [],
  );
  return rows.map((cells) =>
    cells.map(({ text, style }, index) => span(`${text.padEnd(widths[index] ?? 0)}  `, style)),
  );
}

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
