/**
 * Whatever the spec asks for, whatever others do to the gateway and whichever answers get lost: passes bring the
 * cloud to what the spec says, in a bounded number, and touch nothing else.
 */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';

import type { Key } from '../../../src/kube/object.ts';
import type { Cloud } from '../../cloud/cloud.ts';
import { targetCrn } from '../../cloud/fixture.ts';
import { formatAddress } from '../../cloud/vpc/addresses.ts';
import type { ReservedIP } from '../../cloud/vpc/model.ts';
import { Scene } from './scene.ts';
import { startSceneCloud } from './scene-cloud.ts';
import { type AskedIP, disturb, disturbances, ours, specDraft, specOf } from './script.ts';

let cloud: Cloud;
let scenes = 0;

beforeAll(async () => {
  cloud = await startSceneCloud();
});

afterAll(async () => cloud.stop());

/** Whose answers may get lost. */
const lossy = [
  'create_endpoint_gateway',
  'attach_tag',
  'update_endpoint_gateway',
  'create_subnet_reserved_ip',
  'create_security_group_target_binding',
  'delete_endpoint_gateway',
  'list_endpoint_gateways',
] as const;

/** Passes until settled, or the object gone; a lost answer is a failed pass, and the next one goes on from there. */
async function settle(
  scene: Scene,
  key: Key,
): Promise<{ readonly passes: number; readonly failures: number }> {
  let failures = 0;
  for (let passes = 1; passes <= 80; passes += 1) {
    const { verdict } = await scene.pass(key);
    if (verdict.kind === 'settled') {
      return { passes, failures };
    }
    if (
      verdict.kind === 'stalled' ||
      (verdict.kind === 'failed' && verdict.failure.reason !== 'unavailable')
    ) {
      throw new Error(`a pass came to ${JSON.stringify(verdict)}`);
    }
    failures += verdict.kind === 'failed' ? 1 : 0;
    scene.advance();
  }
  throw new Error('not settled after 80 passes');
}

/** The gateway in the words of the spec, as far as the spec speaks of it, is what the spec says. */
function expectAsAsked(scene: Scene, key: Key): void {
  const { spec, status } = scene.read(key);
  const gateway = ours(scene);
  const ips = [...(gateway?.ips.values() ?? [])];
  expect({
    lifecycle: gateway?.lifecycleState,
    name: gateway?.name,
    groups: spec.securityGroups && [...(gateway?.securityGroups ?? [])].map(({ id }) => id).toSorted(),
    ips: spec.ips && byPlace(ips.map((ip) => inWordsOf(spec.ips ?? [], ip))),
  }).toEqual({
    lifecycle: 'stable',
    name: spec.name ?? status?.name,
    groups: spec.securityGroups?.map(({ id }) => id).toSorted(),
    ips: spec.ips && byPlace(spec.ips),
  });
  expect(gateway?.name).not.toBe('drifted');
}

/** The bound address as the element of the spec that it serves would say it. */
function inWordsOf(wanted: readonly AskedIP[], ip: ReservedIP): AskedIP {
  if (wanted.some(({ reservedIP }) => reservedIP?.id === ip.id)) {
    return { reservedIP: { id: ip.id } };
  }
  const subnet = { id: ip.subnet.id };
  const asked = wanted.find((one) => one.subnet?.id === subnet.id);
  return {
    subnet,
    ...(asked?.autoDelete !== undefined && { autoDelete: ip.autoDelete }),
    ...(asked?.address !== undefined && { address: formatAddress(ip.address) }),
    ...(asked?.name !== undefined && { name: ip.name }),
  };
}

function byPlace(ips: readonly AskedIP[]): Readonly<Record<string, AskedIP>> {
  return Object.fromEntries(ips.map((ip) => [ip.subnet?.id ?? ip.reservedIP?.id ?? '', ip]));
}

/** A settled object has no writes, neither to the cloud nor to the API server. */
async function expectQuiet(scene: Scene, key: Key): Promise<void> {
  const from = scene.lastRequest;
  const version = scene.read(key).metadata.resourceVersion;
  expect((await scene.pass(key)).verdict.kind).toBe('settled');
  expect(scene.writes(from)).toEqual([]);
  expect(scene.read(key).metadata.resourceVersion).toBe(version);
}

it('settles within two passes a write, and touches nothing but its own gateway', async () => {
  const script = fc.record({
    first: specDraft(1),
    second: specDraft(2),
    // With neither status nor tag, nothing tells that the gateway was ever ours.
    disturbed: fc
      .uniqueArray(fc.constantFrom(...disturbances), { maxLength: 3 })
      .filter((some) => !(some.includes('untag') && some.includes('wipe status'))),
    lost: fc.uniqueArray(fc.constantFrom(...lossy), { maxLength: 2 }),
    committed: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(script, async ({ first, second, disturbed, lost, committed }) => {
      scenes += 1;
      const scene = await Scene.open(cloud, `scene-${scenes}`);
      const foreign = [
        scene.foreignGateway({ name: 'theirs', crn: targetCrn('iam') }),
        scene.foreignGateway({ name: 'drifting', crn: targetCrn('billing') }),
      ];
      for (const gateway of foreign) {
        await scene.tag(gateway.crn, 'vpe-operator:elsewhere:uid');
      }
      for (const zone of [1, 2, 3]) {
        scene.reservedIP(`b${zone}`, `kept-${zone}`);
      }
      const key = scene.make(specOf(scene, first));
      const phase = async (extra: number): Promise<void> => {
        const from = scene.lastRequest;
        for (const operation of lost) {
          cloud.control.faults.add({ operation, times: 1, when: committed ? 'after' : 'before', drop: true });
        }
        const { passes, failures } = await settle(scene, key);
        cloud.control.faults.clear();
        // Each write, and each lost answer, costs the pass that sent it and one that sees what came of it.
        expect(passes).toBeLessThanOrEqual(2 * scene.writes(from).length + 2 * failures + 1 + extra);
      };
      try {
        // A create that never arrived is waited for: two minutes, at a minute a pass.
        await phase(3);
        expectAsAsked(scene, key);
        await expectQuiet(scene, key);
        for (const disturbance of disturbed) {
          await disturb(scene, key, disturbance);
        }
        scene.kube.edit(key, () => scene.manifest(specOf(scene, second)).spec);
        await phase(3);
        expectAsAsked(scene, key);
        await expectQuiet(scene, key);
        scene.kube.delete(key);
        await phase(0);
      } finally {
        cloud.control.faults.clear();
      }
      expect(scene.kube.read(key)).toBeUndefined();
      expect(scene.gateways).toEqual(foreign);
      for (const gateway of foreign) {
        expect(cloud.control.stateLog.of(gateway.id).length).toBeLessThanOrEqual(2);
        expect(await scene.tagsOf(gateway.crn)).toEqual(['vpe-operator:elsewhere:uid']);
        const touched = cloud.control.requestLog
          .entries()
          .filter(({ method, path }) => method !== 'GET' && path.includes(gateway.id));
        expect(touched).toEqual([]);
      }
      cloud.control.requestLog.clear();
    }),
    { numRuns: 30 },
  );
}, 240_000);
