/**
 * Styled lines as an SVG that looks like a terminal: one file without scripts, images or fonts of its own, so that
 * GitHub and every browser show it. Each span stands at its own column, which keeps columns straight in any font.
 */
import type { Line, Style } from './text.ts';

const fontSize = 13;
const columnWidth = 7.83;
const lineHeight = 19;
const margin = 18;
const barHeight = 34;
const width = 900;

const colours: Readonly<Record<Style, string>> = {
  bold: '#ffffff',
  dim: '#8b949e',
  green: '#3fb950',
  yellow: '#d29922',
  red: '#ff7b72',
};

/** `title` stands in the title bar and is what screen readers say. */
export function terminalPicture(title: string, lines: readonly Line[]): string {
  const height = barHeight + margin + lines.length * lineHeight;
  const dots = ['#ff5f57', '#febc2e', '#28c840'].map(
    (colour, index) => `<circle cx="${20 + index * 18}" cy="17" r="5.5" fill="${colour}"/>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(title)}">`,
    '<style>',
    `text { font: ${fontSize}px ui-monospace, SFMono-Regular, Menlo, "DejaVu Sans Mono", Consolas, monospace; fill: #d6dbe1; white-space: pre; }`,
    ...Object.entries(colours).map(([style, colour]) => `.${style} { fill: ${colour}; }`),
    '.bold { font-weight: bold; }',
    '</style>',
    `<rect width="${width}" height="${height}" rx="8" fill="#0d1117"/>`,
    `<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8" fill="none" stroke="#30363d"/>`,
    ...dots,
    `<text x="${width / 2}" y="21" text-anchor="middle" class="dim">${escaped(title)}</text>`,
    ...lines.map((line, index) => textOf(line, barHeight + fontSize + 4 + index * lineHeight)),
    '</svg>',
    '',
  ]
    .filter((part) => part !== undefined)
    .join('\n');
}

function textOf(line: Line, y: number): string | undefined {
  let column = 0;
  const parts = line.flatMap(({ text, style }) => {
    const from = column + text.length - text.trimStart().length;
    column += text.length;
    const visible = text.trim();
    const x = (margin + from * columnWidth).toFixed(1);
    const look = style === undefined ? '' : ` class="${style}"`;
    return visible === '' ? [] : [`<tspan x="${x}"${look}>${escaped(visible)}</tspan>`];
  });
  return parts.length === 0 ? undefined : `<text y="${y}">${parts.join('')}</text>`;
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
