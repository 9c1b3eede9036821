/**
 * `npm run cloud` as a person uses it: its export lines in a shell, then the real curl, as seed 003 ("Creating an
 * endpoint gateway with the API") has it, its JSON put right.
 */
import { execFile, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile, stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { spawnTethered } from '../lib/tether.ts';
import { until } from '../lib/until.ts';
import type { OperatorConfig } from './operator-config.ts';

let cloud: ChildProcess;
let welcome: string;

beforeAll(async () => {
  cloud = spawnTethered(process.execPath, ['test/cloud/main.ts', '--fast'], {
    stdio: ['ignore', 'pipe', 2],
  });
  const lines: string[] = [];
  for await (const line of createInterface({ input: cloud.stdout ?? process.stdin })) {
    lines.push(line);
    if (line.includes('admin endpoint')) {
      break;
    }
  }
  welcome = lines.join('\n');
});

afterAll(() => {
  cloud.kill('SIGKILL');
});

/** Standard output of a script that runs after the lines that the cloud printed. */
async function shell(script: string): Promise<string> {
  const { stdout } = await promisify(execFile)('sh', ['-euc', `${welcome}\n${script}`]);
  return stdout;
}

const create = (name: string, ips: string): string => `
  curl -X POST -sH "Authorization:\${iam_token}" \\
  "$vpc_api_endpoint/v1/endpoint_gateways?version=$api_version&generation=2" \\
  -d '{
  "name": "${name}",
  "vpc": {"id":"'$VpcId'"},
  "target": {
  "crn": "'$TargetCrn'",
  "resource_type": "provider_cloud_service"
  },
  "security_groups": [
  {"id": "'$sg'"}
  ]${ips}
  }'`;

const read = (id: string): string =>
  `curl -sH "Authorization:\${iam_token}" "$vpc_api_endpoint/v1/endpoint_gateways/${id}?version=$api_version&generation=2"`;

interface Gateway {
  readonly id: string;
  readonly name: string;
  readonly lifecycle_state: string;
  readonly ips: ReadonlyArray<{ readonly address: string }>;
}

describe('a person with curl', () => {
  it('creates an endpoint gateway with an IP, watches it become stable, and deletes it', async () => {
    const ips = ', "ips": [ {"subnet": { "id": "\'$SubnetId\'" } } ]';
    const created = JSON.parse(await shell(create('endpoint-gateway-1', ips))) as Gateway;
    expect(created).toMatchObject({ name: 'endpoint-gateway-1', ips: [{ address: '0.0.0.0' }] });
    const stable = await until(
      async () => {
        const gateway = JSON.parse(await shell(read(created.id))) as Gateway;
        return gateway.lifecycle_state === 'stable' && gateway;
      },
      { what: 'the gateway is stable' },
    );
    expect(stable.ips[0]?.address).toBe('10.1.0.4');
    expect(await shell(`${read(created.id)} -X DELETE -w '%{http_code}'`)).toBe('204');
    await until(async () => (await shell(`${read(created.id)} -o /dev/null -w '%{http_code}'`)) === '404', {
      what: 'the gateway is gone',
    });
  });

  it('creates one without IPs for the same target afterwards', async () => {
    const created = JSON.parse(await shell(create('endpoint-gateway-2', ''))) as Gateway;
    expect(created).toMatchObject({ name: 'endpoint-gateway-2', ips: [] });
  });

  it('reaches the same cloud over TLS, trusting only its own CA', async () => {
    const config = parse(
      await readFile(await shell('printf %s "$VPE_OPERATOR_CONFIG"'), 'utf8'),
    ) as OperatorConfig;
    expect(config.http).toEqual({ host: '127.0.0.1', port: 0 });
    const { overrides, caBundleFile } = config.endpoints;
    const base = overrides['IBMCLOUD_IS_NG_API_ENDPOINT']?.replace('{region}', 'us-south');
    const url = `${base}/vpcs?version=2026-03-24&generation=2`;
    const vpcs = await shell(`curl -s --cacert ${caBundleFile} -H "Authorization: $iam_token" '${url}'`);
    expect(JSON.parse(vpcs)).toMatchObject({ total_count: 4 });
    await expect(shell(`curl -s '${url}'`)).rejects.toMatchObject({ code: 60 });
  });
});

describe('the program', () => {
  it('never prints the key, and keeps it in a file for its owner only', async () => {
    const file = await shell('printf %s "$api_key_file"');
    expect(welcome).not.toContain(await readFile(file, 'utf8'));
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it('ends with 0 on SIGTERM, however often it comes, and leaves no file behind', async () => {
    const file = await shell('printf %s "$api_key_file"');
    const exited = once(cloud, 'exit');
    cloud.kill('SIGTERM');
    cloud.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
    await expect(stat(file)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
