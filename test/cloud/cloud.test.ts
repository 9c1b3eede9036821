/** Starting and stopping. */
import { existsSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { startCloud } from './cloud.ts';

const answers = async (url: string): Promise<boolean> =>
  fetch(url).then(
    () => true,
    () => false,
  );

describe('a cloud', () => {
  it('serves every region that is asked for, each with its own VPCs, on the ports that are given', async () => {
    const port = await freePort();
    const cloud = await startCloud({
      regions: ['us-south', 'eu-de'],
      ports: { 'vpc/eu-de': { plain: port } },
    });
    try {
      expect(cloud.plainEndpoints.vpc('eu-de')).toBe(`http://127.0.0.1:${port}/v1`);
      expect(() => cloud.endpoints.vpc('jp-tok')).toThrow('does not serve vpc/jp-tok');
      const { id } = cloud.control.seed.vpc({ name: 'frankfurt', region: 'eu-de' });
      expect(id).toMatch(/^r010-/);
      expect(cloud.control.area('default', 'us-south').vpcs.has(id)).toBe(false);
    } finally {
      await cloud.stop();
    }
  });

  it('has the same ids in every run, and another API key', async () => {
    const runs = await Promise.all([startCloud(), startCloud()]);
    const [first, second] = runs.map(({ control }) => ({
      ids: [...control.area('default', 'us-south').subnets.keys()],
      apiKey: control.seed.apiKey('default'),
    }));
    await Promise.all(runs.map(async (cloud) => cloud.stop()));
    expect(first?.ids).toEqual(second?.ids);
    expect(first?.ids).toHaveLength(24);
    expect(first?.apiKey).not.toBe(second?.apiKey);
  });

  it('leaves nothing behind when it stops, however often it is told to', async () => {
    const cloud = await startCloud();
    const { plainEndpoints, caFile } = cloud;
    expect(await answers(plainEndpoints.admin)).toBe(true);
    await Promise.all([cloud.stop(), cloud.stop()]);
    expect(await answers(plainEndpoints.admin)).toBe(false);
    expect(existsSync(caFile)).toBe(false);
  });

  it('leaves nothing behind when it cannot start', async () => {
    const blocker = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => blocker.once('listening', resolve));
    const { port } = blocker.address() as AddressInfo;
    const plain = await freePort();
    const ports = { iam: { plain }, tagging: { tls: port } };
    await expect(startCloud({ ports })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    expect(await answers(`http://127.0.0.1:${plain}/identity/keys`)).toBe(false);
    blocker.close();
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
