/** What has to be so before the guard's first proof, each made so afterwards: then the instance is closed (design §6). */
import { beforeEach, describe, expect, it } from '@jest/globals';

import type { Key } from '../../../src/kube/object.ts';
import type { Connection } from '../../cloud/network/logs.ts';
import { formatAddress } from '../../cloud/vpc/addresses.ts';
import { tellOfGateway, throughGateway } from './gateway.ts';
import { inShort } from './in-short.ts';
import { type Changes, type PolicyScene } from './scene.ts';
import { usePolicyScenes } from './use-policy-scenes.ts';

let scene: PolicyScene;

usePolicyScenes((opened) => {
  scene = opened;
});

function statusWrites(): number {
  return scene.kube.calls.filter(({ verb }) => verb === 'applyStatus').length;
}

function puts(): readonly string[] {
  return scene.calls().filter((call) => call.startsWith('PUT'));
}

/** Passes often enough to close it, one every 20 s; what the last one came to. */
async function held(key: Key): Promise<string> {
  let last = '';
  for (let passes = 0; passes < 8; passes += 1) {
    last = inShort((await scene.pass(key)).verdict);
    scene.advance(20_000);
  }
  expect(puts()).toEqual([]);
  return last;
}

describe('initializationAsserted', () => {
  const unasserted = { initializationAsserted: false } as const satisfies Changes;

  it('is asked for before an instance of Hyper Protect Crypto Services is closed, and told once', async () => {
    const key = scene.make(unasserted);
    expect(await held(key)).toBe('stalled InitializationNotAsserted');
    expect(scene.read(key).status).toMatchObject({ plan: { total: 1 }, access: 'PublicAndPrivate' });
    expect(scene.read(key).status).not.toHaveProperty('proofs');
    expect(statusWrites()).toBe(1);
    scene.edit(key, { initializationAsserted: true });
    await scene.settle(key);
    expect(scene.isClosed).toBe(true);
  });

  it('is not asked for where the instance is closed already, or shall be open', async () => {
    scene.cloud.control.setAllowedNetwork(scene.instance.crn, 'private-only');
    const key = scene.make(unasserted);
    await scene.settle(key);
    expect(puts()).toEqual([]);
    scene.edit(key, { allowedNetwork: 'PublicAndPrivate' });
    await scene.settle(key);
    expect(scene.isClosed).toBe(false);
  });

  it('is not asked for by Key Protect, which needs no master key', async () => {
    const { seed } = scene.cloud.control;
    const { crn } = seed.keyProtectInstance({ account: scene.account, name: 'keys' });
    const key = scene.make({ ...unasserted, instance: { crn } });
    await scene.settle(key);
    expect(puts()).toEqual(['PUT private 204']);
    expect(scene.condition(key, 'Advisory')).toBeUndefined();
  });
});

/** Connections of the private calls, in order. */
function privateConnections(): readonly Connection[] {
  const { connections } = scene.cloud.control.network;
  return connections.entries().filter(({ servername }) => servername === scene.host);
}

function destinations(): readonly string[] {
  return privateConnections().map(({ destination }) => destination);
}

describe('lockoutGuard.endpointGatewayRef', () => {
  /** Of the gateway. */
  let addresses: readonly string[];
  let names: readonly string[];
  let key: Key;

  /** In two zones, and the instance's private name leads to it in the VPC. */
  beforeEach(() => {
    const { cloud, account, vpc, instance } = scene;
    const { seed } = cloud.control;
    const subnets = [1, 2].map((zone) =>
      seed.subnet({
        account,
        vpc: vpc.id,
        name: `zone-${zone}`,
        zone: `us-south-${zone}`,
        cidr: `10.${zone - 1}.0.0/24`,
      }),
    );
    const target = { resource_type: 'provider_cloud_service', crn: instance.crn } as const;
    const ips = subnets.map(({ id }) => ({ subnet: { id } }));
    const gateway = seed.endpointGateway({
      account,
      prototype: { name: 'hpcs', vpc: { id: vpc.id }, target, ips },
    });
    addresses = [...gateway.ips.values()].map(({ address }) => formatAddress(address));
    names = gateway.serviceEndpoints;
    key = scene.make({ lockoutGuard: throughGateway });
  });

  async function closesThroughGateway(): Promise<void> {
    tellOfGateway(scene, { addresses, names });
    await scene.settle(key);
    expect(scene.isClosed).toBe(true);
    expect(scene.condition(key, 'Ready')).toMatchObject({ status: 'True' });
    const gateways = privateConnections().map(({ gateway }) => gateway);
    expect(new Set(gateways).size).toBe(1);
    expect(gateways).not.toContain(undefined);
  }

  it('proves one address after the other, and closes', async () => {
    await closesThroughGateway();
    expect(addresses).toHaveLength(2);
    const [first, second, third] = destinations();
    expect(new Set([first, second])).toEqual(new Set(addresses));
    expect(third).toBe(first);
  });

  it('names no gateway: nothing is closed before there is one', async () => {
    expect(await held(key)).toBe('waiting GatewayNotFound');
    await closesThroughGateway();
  });

  it('names one that is not Ready: nothing is closed before it is', async () => {
    tellOfGateway(scene, { isReady: false, addresses, names });
    expect(await held(key)).toBe('waiting GatewayNotReady');
    await closesThroughGateway();
  });

  it('names one that leads to something else: nothing is closed before it leads to the instance', async () => {
    tellOfGateway(scene, { addresses, names: ['private.us-south.kms.cloud.ibm.com'] });
    expect(await held(key)).toBe('stalled GatewayElsewhere');
    await closesThroughGateway();
  });

  it('names one to which the name does not lead: nothing is sent to where it leads instead', async () => {
    tellOfGateway(scene, { addresses: ['10.0.0.77'], names });
    expect(await held(key)).toBe('waiting PathElsewhere');
    expect(destinations()).toEqual([]);
    await closesThroughGateway();
  });

  it('names one that only one of the addresses belongs to: nothing is sent', async () => {
    tellOfGateway(scene, { addresses: addresses.slice(0, 1), names });
    expect(await held(key)).toBe('waiting PathElsewhere');
    expect(destinations()).toEqual([]);
    await closesThroughGateway();
  });

  it('names one, one of whose addresses is dead: nothing is closed while every other proof fails', async () => {
    tellOfGateway(scene, { addresses, names });
    scene.cloud.control.network.addressFaults.add({ kind: 'refused', address: addresses[1] ?? '' });
    await held(key);
    expect(scene.isClosed).toBe(false);
    scene.cloud.control.network.addressFaults.clear();
    await closesThroughGateway();
  });
});
