import { expect, it } from '@jest/globals';

import { framed, sectionOf, table, withSection } from './readme-section.ts';

const section = { title: 'facts', source: 'a test', renew: 'npm run facts' };
const text = framed(section, table(['Fact'], [['one']]));

it('says who made it and how to renew it', () => {
  expect(text).toContain('<!-- Made by a test. To renew it: npm run facts -->');
  expect(text).toContain('| Fact |\n| --- |\n| one |');
});

it('replaces the one before and nothing else', () => {
  const readme = withSection(`# A\n\n${framed(section, ['old'])}\n\n## B\n`, section, text);
  expect(readme).toBe(`# A\n\n${text}\n\n## B\n`);
  expect(sectionOf(readme, section)).toBe(text);
});

it('needs its place', () => {
  expect(() => sectionOf('# A\n', section)).toThrow('README.md needs the lines');
});
