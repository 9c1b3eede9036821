import { execFile, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';

import { firstStartMs, startControlPlane, type ControlPlane } from '../cluster/control-plane.ts';
import { isAlive, lookUpProcess, type ProcessIdentity } from '../lib/process-table.ts';
import { until } from '../lib/until.ts';

jest.setTimeout(120_000);

let controlPlane: ControlPlane;

beforeAll(async () => {
  controlPlane = await startControlPlane();
}, firstStartMs);

afterAll(async () => controlPlane.stop());

async function kubectl(parameters: readonly string[], kubeconfig = controlPlane.kubeconfig): Promise<string> {
  const environment = { ...process.env, KUBECONFIG: kubeconfig, PATH: controlPlane.bin };
  return (await promisify(execFile)('kubectl', parameters, { env: environment })).stdout;
}

async function isThere(...reference: string[]): Promise<boolean> {
  return (await kubectl(['get', ...reference, '--ignore-not-found', '--output=name'])) !== '';
}

interface AuditEvent {
  readonly stage: string;
  readonly verb: string;
  readonly user: { readonly username: string };
  readonly userAgent: string;
  readonly objectRef?: { readonly resource: string; readonly name?: string; readonly subresource?: string };
  readonly responseStatus?: { readonly code: number };
}

/** The audited requests for objects of one name, in order. */
function audited(name: string): AuditEvent[] {
  const lines = readFileSync(controlPlane.auditLog, 'utf8').trim().split('\n');
  return lines
    .map((line) => JSON.parse(line) as AuditEvent)
    .filter((event) => event.objectRef?.name === name);
}

function processesOf({ daemons }: ControlPlane): ProcessIdentity[] {
  return Object.values(daemons).flatMap(({ pid }) => lookUpProcess(pid) ?? []);
}

describe('the API server', () => {
  it('is a real one, and audits who did what with which outcome', async () => {
    await kubectl(['create', 'configmap', 'written', '--from-literal=key=a value that is not audited']);
    expect(await kubectl(['get', 'configmap', 'written', '--output=jsonpath={.data.key}'])).toContain(
      'a value',
    );
    expect(audited('written')).toEqual([
      expect.objectContaining({
        stage: 'ResponseComplete',
        verb: 'create',
        user: expect.objectContaining({ username: 'admin' }),
        userAgent: expect.stringMatching(/^kubectl\/v1\./),
        objectRef: expect.objectContaining({ resource: 'configmaps', name: 'written', namespace: 'default' }),
        responseStatus: expect.objectContaining({ code: 201 }),
      }),
      expect.objectContaining({ verb: 'get', responseStatus: expect.objectContaining({ code: 200 }) }),
    ]);
    expect(readFileSync(controlPlane.auditLog, 'utf8')).not.toContain('a value that is not audited');
  });

  it('names the subresource in the audit log', async () => {
    await kubectl(['create', 'serviceaccount', 'audited']);
    await controlPlane.kubeconfigFor({ namespace: 'default', name: 'audited' });
    expect(audited('audited').map(({ objectRef }) => objectRef?.subresource)).toEqual([undefined, 'token']);
  });

  it('lets a ServiceAccount do what its roles say, and nothing else', async () => {
    await kubectl(['create', 'serviceaccount', 'reader']);
    const kubeconfig = await controlPlane.kubeconfigFor({ namespace: 'default', name: 'reader' });
    const list = async (): Promise<string> => kubectl(['get', 'configmaps', '--output=name'], kubeconfig);
    await expect(list()).rejects.toThrow(
      /User "system:serviceaccount:default:reader" cannot list resource "configmaps"/,
    );
    await kubectl(['create', 'role', 'reader', '--verb=list', '--resource=configmaps']);
    await kubectl(['create', 'rolebinding', 'reader', '--role=reader', '--serviceaccount=default:reader']);
    await until(async () => (await list()) !== '', { what: 'the role works' });
    await expect(kubectl(['delete', 'configmap', '--all'], kubeconfig)).rejects.toThrow(/cannot delete/);
  });

  it('gives no token for a ServiceAccount that does not exist', async () => {
    await expect(controlPlane.kubeconfigFor({ namespace: 'default', name: 'nobody' })).rejects.toThrow(/404/);
  });
});

describe('the controllers', () => {
  it('delete an object with its owner', async () => {
    await kubectl(['create', 'configmap', 'owner']);
    const uid = await kubectl(['get', 'configmap', 'owner', '--output=jsonpath={.metadata.uid}']);
    await kubectl(['create', 'secret', 'generic', 'owned']);
    const owner = { apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid };
    const patch = JSON.stringify({ metadata: { ownerReferences: [owner] } });
    await kubectl(['patch', 'secret', 'owned', `--patch=${patch}`]);
    await kubectl(['delete', 'configmap', 'owner']);
    expect(
      await until(async () => !(await isThere('secret', 'owned')), { what: 'the owned object is gone' }),
    ).toBe(true);
  });

  it('empty a namespace that is deleted, and then remove it', async () => {
    await kubectl(['create', 'namespace', 'passing']);
    await kubectl(['create', 'configmap', 'inside', '--namespace=passing']);
    await kubectl(['delete', 'namespace', 'passing', '--wait=false']);
    expect(
      await until(async () => !(await isThere('namespace', 'passing')), { what: 'the namespace is gone' }),
    ).toBe(true);
  });

  it('aggregate roles', async () => {
    const added = { apiGroups: ['vpe-operator.io'], resources: ['endpointgateways'], verbs: ['get'] };
    await kubectl(['create', 'clusterrole', 'added', '--verb=get', '--resource=configmaps']);
    await kubectl(['patch', 'clusterrole', 'added', `--patch=${JSON.stringify({ rules: [added] })}`]);
    await kubectl(['label', 'clusterrole', 'added', 'rbac.authorization.k8s.io/aggregate-to-view=true']);
    const isAggregated = async (): Promise<boolean> =>
      (await kubectl(['get', 'clusterrole', 'view', '--output=json'])).includes('vpe-operator.io');
    expect(await until(isAggregated, { what: 'the role is aggregated' })).toBe(true);
  });
});

describe('its end', () => {
  it('leaves nothing after stop, which may be called twice, and does not touch another instance', async () => {
    const other = await startControlPlane();
    const processes = processesOf(other);
    expect(processes).toHaveLength(3);
    expect(other.url).not.toBe(controlPlane.url);
    await Promise.all([other.stop(), other.stop()]);
    expect(processes.filter(isAlive)).toEqual([]);
    expect(existsSync(dirname(other.kubeconfig))).toBe(false);
    expect(processesOf(controlPlane).filter(isAlive)).toHaveLength(3);
    expect(await kubectl(['get', '--raw', '/readyz'])).toBe('ok');
  });

  it('comes early when the start is given up', async () => {
    const starting = new AbortController();
    const start = startControlPlane({ signal: starting.signal });
    starting.abort(new Error('given up'));
    await expect(start).rejects.toThrow('given up');
  });

  it('comes with the end of its owner, even by SIGKILL', async () => {
    const module = JSON.stringify(join(process.cwd(), 'test', 'cluster', 'control-plane.ts'));
    const script = `
      import { startControlPlane } from ${module};
      const { daemons, kubeconfig } = await startControlPlane();
      await daemons.apiServer.stopServing();
      await daemons.apiServer.startServing();
      console.log(JSON.stringify({ pids: Object.values(daemons).map(({ pid }) => pid), kubeconfig }));
      setInterval(() => undefined, 60_000);`;
    const owner = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines = createInterface({ input: owner.stdout })[Symbol.asyncIterator]();
    const { pids, kubeconfig } = JSON.parse(String((await lines.next()).value)) as {
      pids: number[];
      kubeconfig: string;
    };
    const processes = pids.flatMap((pid) => lookUpProcess(pid) ?? []);
    expect(processes).toHaveLength(3);
    owner.kill('SIGKILL');
    await until(() => processes.every((entry) => !isAlive(entry)), { what: 'its processes are gone' });
    await until(() => !existsSync(dirname(kubeconfig)), { what: 'its folder is gone' });
  });
});
