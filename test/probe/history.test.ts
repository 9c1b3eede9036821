import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type History, newHistory, withRound } from '../../src/probe/history.ts';
import type { Settled, Verdict } from '../../src/probe/proof-types.ts';
import type { Round } from '../../src/probe/round.ts';

const isGood = (letter: string | undefined): boolean => letter === 'G' || letter === 'H';

/** A letter is a round: its gist, and good when it is `G` or `H`. */
const roundOf = (letter: string): Round<string> => ({
  isGood: isGood(letter),
  gist: letter,
  results: [letter],
});

/** The history before the rounds and after each. */
function historiesOf(letters: Iterable<string>, prior?: Settled): readonly History<string>[] {
  let history = newHistory<string>(prior);
  return [history, ...Array.from(letters, (letter) => (history = withRound(history, roundOf(letter))))];
}

const verdictsOf = (letters: Iterable<string>, prior?: Settled): readonly Verdict<string>[] =>
  historiesOf(letters, prior).map(({ verdict }) => verdict);

const statuses = (letters: string, prior?: Settled): string =>
  verdictsOf(letters, prior)
    .slice(1)
    .map(({ status }) => status[0])
    .join('');

/** What each verdict shows; `-` nothing. */
const shown = (letters: string, prior?: Settled): string =>
  verdictsOf(letters, prior)
    .slice(1)
    .map(({ results }) => results[0] ?? '-')
    .join('');

test('before the first round there is the status from before, without results', () => {
  expect(newHistory().verdict).toEqual({ status: 'Unproven', results: [] });
  expect(newHistory('Failing').verdict).toEqual({ status: 'Failing', results: [] });
});

describe('the status', () => {
  test.each<[string, string, string, Settled | undefined]>([
    ['is proven by the first good round', 'G', 'P', undefined],
    ['is proven by the first good round after bad ones', 'bbG', 'UUP', undefined],
    ['fails after three bad rounds', 'bbb', 'UUF', undefined],
    ['stands against two bad rounds', 'GbbG', 'PPPP', undefined],
    ['falls with the third bad round', 'GGGGGbbb', 'PPPPPPPF', undefined],
    ['falls with three of five', 'GGbGbb', 'PPPPPF', undefined],
    ['remembers bad rounds of before the proof', 'bbGbb', 'UUPPF', undefined],
    ['does not fall with three of five whose newest two differ', 'GbbGb', 'PPPPP', undefined],
    ['recovers with the third good round', 'bbbbbGGG', 'UUFFFFFP', undefined],
    ['recovers with three of five', 'bbbGbGG', 'UUFFFFP', undefined],
    ['does not recover with two', 'bbbbGGb', 'UUFFFFF', undefined],
    ['that alternates stays proven', 'GbGbGbGbG', 'PPPPPPPPP', undefined],
    ['that alternates stays failing', 'bbbGbGbGb', 'UUFFFFFFF', undefined],
    ['from before stands until three rounds contradict it', 'bbb', 'PPF', 'Proven'],
    ['from before recovers likewise', 'GGG', 'FFP', 'Failing'],
    ['from before stands against noise', 'bGbGb', 'PPPPP', 'Proven'],
  ])('%s', (_, letters, expected, prior) => {
    expect(statuses(letters, prior)).toBe(expected);
  });
});

describe('the results', () => {
  test.each<[string, string, string, Settled | undefined]>([
    ['are those of the round that proved', 'aGHG', '-GGG', undefined],
    ['are those of the round that overturned', 'Gaab', 'GGGb', undefined],
    ['stay while contradicted', 'aaaGG', '--aaa', undefined],
    ['change with an answer that prevails', 'GGHHH', 'GGGGH', undefined],
    ['do not change with answers that alternate', 'GHGHGHGH', 'GGGGGGGG', undefined],
    ['change with a cause that prevails', 'aaabbb', '--aaab', undefined],
    ['change with a cause that prevails among three of five', 'aaabGbb', '--aaaab', undefined],
    ['do not change with causes that alternate', 'aaabababab', '--aaaaaaaa', undefined],
    ['come with the first good round after a restart', 'aGH', '-GG', 'Proven'],
    ['come when bad rounds prevail after a restart', 'aGbc', '---c', 'Failing'],
    ['come with recovery after a restart', 'GGG', '--G', 'Failing'],
  ])('%s', (_, letters, expected, prior) => {
    expect(shown(letters, prior)).toBe(expected);
  });
});

describe('for any rounds', () => {
  const priors = fc.constantFrom<(Settled | undefined)[]>(undefined, 'Proven', 'Failing');
  const lives = fc.array(fc.constantFrom('G', 'H', 'a', 'b', 'c'), { minLength: 1, maxLength: 60 });

  test('the status is overturned exactly when three of five, the newest two among them, contradict it', () => {
    fc.assert(
      fc.property(lives, priors, (letters, prior) => {
        const verdicts = verdictsOf(letters, prior);
        letters.forEach((letter, index) => {
          const before = verdicts[index]?.status;
          const now = verdicts[index + 1]?.status;
          const last = letters.slice(Math.max(0, index - 4), index + 1);
          const same = last.filter((other) => isGood(other) === isGood(letter)).length;
          const prevails = same >= 3 && index > 0 && isGood(letters[index - 1]) === isGood(letter);
          const said = isGood(letter) ? 'Proven' : 'Failing';
          const isFirstProof = before === 'Unproven' && isGood(letter);
          expect(now).toBe(prevails || isFirstProof ? said : before);
        });
      }),
    );
  });

  test('three alike in a row decide it', () => {
    fc.assert(
      fc.property(lives, priors, fc.constantFrom('G', 'a'), (letters, prior, letter) => {
        const verdict = verdictsOf([...letters, letter, letter, letter], prior).at(-1);
        expect(verdict?.status).toBe(isGood(letter) ? 'Proven' : 'Failing');
        expect(verdict?.results).not.toEqual([]);
      }),
    );
  });

  test('from where rounds alternate, a status stays', () => {
    fc.assert(
      fc.property(lives, priors, fc.integer({ min: 1, max: 40 }), (letters, prior, more) => {
        const first = isGood(letters.at(-1)) ? 1 : 0;
        const alternating = Array.from({ length: more }, (_, index) => 'Ga'[(first + index) % 2] ?? '');
        const later = verdictsOf([...letters, ...alternating], prior).slice(letters.length);
        const kinds = new Set(later.map(({ status }) => status).filter((status) => status !== 'Unproven'));
        expect(kinds.size).toBeLessThanOrEqual(1);
      }),
    );
  });

  test('a verdict with results does not change twice in a row, and shows a round that agrees with it', () => {
    fc.assert(
      fc.property(lives, priors, (letters, prior) => {
        const verdicts = verdictsOf(letters, prior);
        const changes = verdicts.flatMap((verdict, index) =>
          index > 1 && verdicts[index - 1]?.results.length === 1 && verdict !== verdicts[index - 1]
            ? [index]
            : [],
        );
        changes.forEach((index, nth) => expect(index - (changes[nth - 1] ?? 0)).toBeGreaterThan(1));
        for (const { status, results } of verdicts.filter((verdict) => verdict.results.length > 0)) {
          expect(status).toBe(isGood(results[0]) ? 'Proven' : 'Failing');
        }
      }),
    );
  });

  test('a verdict is another object exactly when it says something else', () => {
    fc.assert(
      fc.property(lives, priors, (letters, prior) => {
        const verdicts = verdictsOf(letters, prior);
        verdicts.slice(1).forEach((verdict, index) => {
          const before = verdicts[index];
          const says = JSON.stringify(verdict) === JSON.stringify(before);
          expect(verdict === before).toBe(says);
        });
      }),
    );
  });
});
