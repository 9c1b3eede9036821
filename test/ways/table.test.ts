/** The README's section: what it shows of the list and of a run, and how it gets into the README. */
import { describe, expect, it } from '@jest/globals';

import { renderWays, type Runs } from './table.ts';
import type { Choices } from './ways.ts';

const list: Choices = {
  reasons: {},
  spellings: { 'POST /gateways': { 'vpc.crn': 'vpc.id' } },
  choices: [
    {
      choice: 'The VPC',
      console: { Details: ['VPC', 'Region'] },
      cli: { create: ['--vpc'], list: [] },
      api: { 'POST /gateways': ['vpc.id', 'vpc.crn', 'vpc.href'], 'PUT /gateways': [] },
      manifests: [
        { file: 'one.yaml', fields: ['spec.vpc.id', 'status.vpc'], without: ['spec.ips'] },
        { file: 'more/two.yaml', fields: ['spec.name'], change: { name: 'b' } },
        { file: 'more/two.yaml', change: 'deleted' },
      ],
    },
  ],
  outOfScope: [{ why: 'The other side.', cli: { 'path-*': 'all' }, terraform: { path: ['name'] } }],
};

const runs: Runs = {
  reasons: new Map([
    ['one.yaml', 'Succeeded'],
    ['more/two.yaml', 'AwaitingAcceptance'],
  ]),
  calls: new Map([['The VPC', [{ call: 'POST /gateways', carried: { vpc: { id: 'a' } } }]]]),
};

const rowsOf = (text: string): readonly string[] => text.split('\n').filter((line) => line.startsWith('| '));

describe('the section', () => {
  const section = renderWays(list, runs);

  it('has a row for each choice and each reason, and of the API what was sent', () => {
    const [one, two] = ['[one](deploy/examples/one.yaml)', '[two](deploy/examples/more/two.yaml)'];

    expect(rowsOf(section)).toEqual([
      '| Choice | Console | CLI | API | Terraform | Manifest |',
      '| --- | --- | --- | --- | --- | --- |',
      [
        '| The VPC | Details: VPC, Region | `create` `--vpc`<br>`list` | `POST /gateways` `vpc.id` `vpc.crn` |  |',
        `${one}: \`vpc.id\`, \`status.vpc\`, without \`ips\`<br>${two}, changed: \`name\`<br>${two}, deleted |`,
      ].join(' '),
      '| Console, CLI, API, Terraform | Why |',
      '| --- | --- |',
      '| `path-*`<br>`path` `name` | The other side. |',
    ]);
  });

  it('says what became of the examples', () => {
    expect(section).toContain(
      '1 of 2 get Ready; [two](deploy/examples/more/two.yaml) says `AwaitingAcceptance`.',
    );
  });

  it('shows nothing that was not run', () => {
    expect(() => renderWays(list, { ...runs, calls: new Map() })).toThrow(
      'not carried out, so it cannot be shown: The VPC',
    );
  });
});
