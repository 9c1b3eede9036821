/**
 * Whatever is watched, changed and forgotten, in a network that changes all the time: `onChange` is called exactly when
 * what `watch` returns has become something else, and nothing is left at the end.
 */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Subject } from '../../src/probe/proof-types.ts';
import { ProberScene } from './prober-scene.ts';

const own = ['10.0.0.4', '10.0.1.4'];
const keys = ['k', 'l', 'm'];
const names = ['a.example', 'b.example'];
const ports = [443, 80];

const subjects = fc.record({
  names: fc.subarray(names),
  addresses: fc.subarray(own, { minLength: 1 }),
  connections: fc.subarray(ports.map((port) => ({ address: '10.0.0.4', port }))),
});
const key = fc.constantFrom(...keys);

const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('watch' as const), key, subject: subjects }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('forget' as const), key }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('name' as const),
      name: fc.constantFrom(...names),
      fate: fc.constantFrom<readonly string[] | string>(
        own,
        own.slice(1),
        ['8.8.8.8'],
        'ENOTFOUND',
        'hang',
        'slip',
      ),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('connection' as const),
      port: fc.constantFrom(...ports),
      fate: fc.constantFrom('ECONNREFUSED', 'EHOSTUNREACH', 'hang', undefined),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.integer({ max: 20_000, min: 0 }) }),
  },
);

test('the prober keeps its promises', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const watched = new Map<string, Subject>();
      /** What each key's verdicts were when they were last heard of. */
      const heard = new Map<string, string>();
      const violations: string[] = [];
      const verdictsOf = (of: string): string => {
        const subject = watched.get(of);
        return subject === undefined ? 'forgotten' : JSON.stringify(scene.prober.watch(of, subject));
      };
      const scene: ProberScene = new ProberScene(
        { intervalMs: 8_000, retryMs: 1_000, timeoutMs: 600_000, perSecond: 10 },
        (changed) => {
          const verdicts = verdictsOf(changed);
          if (verdicts === heard.get(changed) || verdicts === 'forgotten') {
            violations.push(`${changed} has not changed: ${verdicts}`);
          }
          heard.set(changed, verdicts);
        },
      );
      for (const now of steps) {
        if (now.do === 'watch') {
          watched.set(now.key, now.subject);
          heard.set(now.key, verdictsOf(now.key));
        } else if (now.do === 'forget') {
          scene.prober.forget(now.key);
          watched.delete(now.key);
          heard.delete(now.key);
        } else if (now.do === 'name') {
          scene.network.fates.set(now.name, now.fate);
        } else if (now.do === 'pass') {
          await scene.clock.advance(now.ms);
        } else if (now.fate === undefined) {
          scene.network.fates.delete(`10.0.0.4:${now.port}`);
        } else {
          scene.network.fates.set(`10.0.0.4:${now.port}`, now.fate);
        }
        for (const of of watched.keys()) {
          expect(verdictsOf(of)).toBe(heard.get(of));
        }
        expect(violations).toEqual([]);
        // A subject is asked a few questions at once; one that was forgotten or has changed, none.
        expect(scene.underWay.lookups + scene.underWay.sockets).toBeLessThanOrEqual(4 * keys.length);
      }
      await scene.end();
    }),
    { numRuns: 150 },
  );
}, 60_000);
