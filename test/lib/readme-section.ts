/** Sections of the README that tests make from what they ran, each between two markers. Pure. */

export interface ReadmeSection {
  /** In a few words; the markers have it. */
  readonly title: string;
  /** Who makes it from what. */
  readonly source: string;
  /** The command that renews it. */
  readonly renew: string;
}

/** With its markers, in a form that prettier leaves alone. */
export function framed({ title, source, renew }: ReadmeSection, lines: readonly string[]): string {
  const { begin, end } = markersOf(title);
  return [
    begin,
    '',
    `<!-- Made by ${source}. To renew it: ${renew} -->`,
    '',
    '<!-- prettier-ignore-start -->',
    '',
    ...lines,
    '',
    '<!-- prettier-ignore-end -->',
    '',
    end,
  ].join('\n');
}

/** Throws when the README has no such section. */
export function sectionOf(readme: string, { title }: Pick<ReadmeSection, 'title'>): string {
  const { begin, end } = markersOf(title);
  const [from, to] = [readme.indexOf(begin), readme.indexOf(end)];
  if (from < 0 || to < from) {
    throw new Error(`README.md needs the lines ${begin} and ${end}, in this order`);
  }
  return readme.slice(from, to + end.length);
}

/** Likewise. */
export function withSection(readme: string, section: Pick<ReadmeSection, 'title'>, text: string): string {
  return readme.replace(sectionOf(readme, section), () => text);
}

export function table(header: readonly string[], rows: ReadonlyArray<readonly string[]>): readonly string[] {
  return [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
}

function markersOf(title: string): { readonly begin: string; readonly end: string } {
  return { begin: `<!-- ${title}: begin -->`, end: `<!-- ${title}: end -->` };
}
