/** What tests may do to a control plane that is running: end its API server for a while, make its store forget. */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { Agent, get } from 'node:https';
import { existsSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { KubeConfig } from '@kubernetes/client-node';

import { firstStartMs, startControlPlane, type ControlPlane } from '../cluster/control-plane.ts';
import { isAlive, lookUpProcess } from '../lib/process-table.ts';
import { until } from '../lib/until.ts';

jest.setTimeout(240_000);

let controlPlane: ControlPlane;

beforeAll(async () => {
  controlPlane = await startControlPlane();
}, firstStartMs);

afterAll(async () => controlPlane.stop());

async function kubectl(...parameters: readonly string[]): Promise<string> {
  const env = { ...process.env, KUBECONFIG: controlPlane.kubeconfig, PATH: controlPlane.bin };
  return (await promisify(execFile)('kubectl', parameters, { env })).stdout;
}

async function version(configMap: string): Promise<string> {
  return kubectl('get', 'configmap', configMap, '--output=jsonpath={.metadata.resourceVersion}');
}

/** What the API server says to a watch of the ConfigMaps that begins after `resourceVersion`. */
async function watchFrom(resourceVersion: string): Promise<{ status: number | undefined; body: string }> {
  const config = new KubeConfig();
  config.loadFromFile(controlPlane.kubeconfig);
  const query = `watch=1&timeoutSeconds=1&resourceVersion=${resourceVersion}`;
  const agent = new Agent({ keepAlive: false });
  const options = { agent };
  await config.applyToHTTPSOptions(options);
  const call = get(`${controlPlane.url}/api/v1/namespaces/default/configmaps?${query}`, options);
  const [response] = (await once(call, 'response')) as [NodeJS.ReadableStream & { statusCode?: number }];
  return { status: response.statusCode, body: await text(response) };
}

describe('an API server that is started again', () => {
  it('has the same address, credentials and objects, and forgot what etcd has forgotten', async () => {
    const { apiServer, etcd } = controlPlane.daemons;
    const { url, pid, ended } = apiServer;
    await kubectl('create', 'configmap', 'kept');
    const old = await version('kept');
    await kubectl('label', 'configmap', 'kept', 'changed=yes');
    expect(await watchFrom(old)).toEqual({ status: 200, body: expect.stringContaining('"MODIFIED"') });

    await apiServer.stopServing();
    await ended;
    expect(apiServer.hasEnded()).toBe(true);
    await expect(watchFrom(old)).rejects.toThrow('ECONNREFUSED');
    const revision = await etcd.compact();
    expect(await etcd.compact()).toBe(revision);
    await apiServer.startServing();

    expect(apiServer.hasEnded()).toBe(false);
    expect(apiServer.pid).not.toBe(pid);
    expect(apiServer.url).toBe(url);
    expect(await version('kept')).not.toBe(old);
    const expired = await watchFrom(old);
    // Not a refusal of the request: an event of a watch that was accepted.
    expect(expired.status).toBe(200);
    expect(JSON.parse(expired.body)).toMatchObject({
      type: 'ERROR',
      object: { reason: 'Expired', code: 410 },
    });
    expect(await watchFrom(await version('kept'))).toMatchObject({ status: 200 });
    // One audit log tells of both processes.
    const audited = readFileSync(controlPlane.auditLog, 'utf8');
    expect(audited).toContain('"verb":"create"');
    expect(audited).toContain(`resourceVersion=${old}`);
  });

  it('is found again by the controllers after a SIGKILL', async () => {
    const { apiServer, controllerManager } = controlPlane.daemons;
    await kubectl('create', 'namespace', 'passing');
    await apiServer.stopServing('SIGKILL');
    await apiServer.startServing();
    await kubectl('delete', 'namespace', 'passing', '--wait=false');
    const isGone = async (): Promise<boolean> =>
      (await kubectl('get', 'namespace', 'passing', '--ignore-not-found')) === '';
    expect(await until(isGone, { what: 'the namespace is gone', deadlineMs: 120_000 })).toBe(true);
    expect(controllerManager.hasEnded()).toBe(false);
  });

  it('is refused while one serves, and after the end', async () => {
    const other = await startControlPlane();
    const { apiServer } = other.daemons;
    await expect(apiServer.startServing()).rejects.toThrow('serves already');
    await apiServer.stopServing();
    const restart = apiServer.startServing();
    await expect(apiServer.startServing()).rejects.toThrow('serves already');
    await Promise.all([expect(restart).rejects.toThrow('did not start'), other.stop()]);
    expect(lookUpProcess(apiServer.pid)).toBeUndefined();
    await expect(apiServer.startServing()).rejects.toThrow('stopped for good');
    expect(existsSync(dirname(other.kubeconfig))).toBe(false);
  });

  it('ends with the others', async () => {
    const other = await startControlPlane();
    await other.daemons.apiServer.stopServing('SIGKILL');
    await other.daemons.apiServer.startServing();
    const processes = Object.values(other.daemons).flatMap(({ pid }) => lookUpProcess(pid) ?? []);
    expect(processes).toHaveLength(3);
    await other.stop();
    expect(processes.filter(isAlive)).toEqual([]);
  });
});
