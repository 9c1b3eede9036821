/** A thousand gateways in the operator's VPC, proven over real sockets: what it asks of the network, and what it leaves open. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { pino } from 'pino';

import { askedOf } from '../../../../src/kinds/endpoint-gateway/proofs/subject.ts';
import { systemClock } from '../../../../src/lib/clock.ts';
import type { ProbeRecord } from '../../../../src/probe/ask.ts';
import { Prober } from '../../../../src/probe/prober.ts';
import type { Verdicts } from '../../../../src/probe/proof-types.ts';
import { type Cloud, startCloud } from '../../../cloud/cloud.ts';
import { networkOf } from '../../../cloud/network/network.ts';
import { until } from '../../../lib/until.ts';
import { openAccount } from '../scene-cloud.ts';
import { resource } from '../samples.ts';

const gateways = 1_000;
const options = { intervalMs: 60_000, retryMs: 1_000, timeoutMs: 5_000, perSecond: 100 };

let cloud: Cloud;
let vpc: string;

beforeAll(async () => {
  cloud = await startCloud({ defaultSeed: false, settings: { lockHoldMs: 0 } });
  const { seed } = cloud.control;
  seed.account('default');
  ({ id: vpc } = seed.vpc({ name: 'home' }));
  const { id: subnet } = seed.subnet({ vpc: 'home', name: 'wide', zone: 'us-south-1', cidr: '10.0.0.0/20' });
  for (let index = 0; index < gateways; index += 1) {
    const { crn } = seed.serviceInstance({ name: `redis-${index}`, service: 'databases-for-redis' });
    const target = { resource_type: 'provider_cloud_service', crn } as const;
    seed.endpointGateway({ prototype: { vpc: { id: vpc }, target, ips: [{ subnet: { id: subnet } }] } });
  }
});

afterAll(async () => cloud.stop());

/** Of this process: the simulated network's ends of connections are among them. */
function openSockets(): number {
  return process.getActiveResourcesInfo().filter((kind) => /TCP|TLS|UDP|DNS|Timeout/.test(kind)).length;
}

const isProven = (read: () => Verdicts): boolean =>
  Object.values(read()).every(({ status }) => status === 'Proven');

test('the rate is bounded, everything is proven, and nothing stays open', async () => {
  const network = await networkOf(cloud, { vpc });
  const accounts = openAccount(cloud, 'default', await cloud.apiKeyFile('default'));
  const session = await accounts.session('default', 'us-south', new AbortController().signal);
  const listed = await session.inventory.gateways.read(0, new AbortController().signal);
  expect(listed.byId.size).toBe(gateways);

  const before = openSockets();
  const counts: Record<string, number> = {};
  let probes = 0;
  const onResult = ({ check, result }: ProbeRecord): void => {
    probes += 1;
    counts[`${check} ${result}`] = (counts[`${check} ${result}`] ?? 0) + 1;
  };
  const verdicts = new Map<string, () => Verdicts>();
  const prober = new Prober({
    network,
    clock: systemClock,
    random: Math.random,
    options,
    ca: [cloud.caPem],
    onResult,
    onChange: () => {},
    log: pino({ level: 'silent' }),
  });
  const stop = new AbortController();
  const beganMs = performance.now();
  const running = prober.run(stop.signal);
  for (const gateway of listed.byId.values()) {
    const { names, connections } = askedOf(resource(), gateway, []);
    const subject = { names, connections, addresses: gateway.ips.map(({ address }) => address) };
    verdicts.set(gateway.id, () => prober.watch(gateway.id, subject));
  }
  let most = 0;
  const areProven = (): boolean => {
    most = Math.max(most, openSockets() - before);
    return [...verdicts.values()].every(isProven);
  };
  await until(areProven, { what: 'all are proven', deadlineMs: 240_000 });
  const forMs = performance.now() - beganMs;
  stop.abort();
  await running;
  await until(() => openSockets() <= before, { what: 'every socket and timer is gone' });

  const perSecond = (probes / forMs) * 1_000;
  console.log(
    `${gateways} gateways: ${probes} probes, ${perSecond.toFixed(0)} a second of at most ${options.perSecond}; ` +
      `${JSON.stringify(counts)}; at most ${most} more sockets and timers than before, ${openSockets() - before} afterwards`,
  );
  // A tenth of a second's worth may come at once.
  expect(probes).toBeLessThanOrEqual((options.perSecond * (forMs + 100)) / 1_000);
  expect(probes).toBeGreaterThanOrEqual(2 * gateways);
  expect(Object.keys(counts).toSorted()).toEqual(['dns ok', 'tls ok']);
}, 300_000);
