/** The gateways that users copy: every file of deploy/examples that holds one, by its path there. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parse } from 'yaml';

import { endpointGatewayType } from '../../src/kinds/endpoint-gateway/types.gen.ts';
import type { GatewayManifest } from '../harness/gateways.ts';
import { repositoryPath } from '../lib/repository.ts';

export type Examples = ReadonlyMap<string, GatewayManifest>;

export function examplePath(file: string): string {
  return repositoryPath('deploy', 'examples', file);
}

export function readExamples(): Examples {
  const folder = repositoryPath('deploy', 'examples');
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.yaml'))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .toSorted();
  return new Map(
    files
      .map((file) => [file, parse(readFileSync(examplePath(file), 'utf8')) as GatewayManifest] as const)
      .filter(([, { kind }]) => kind === endpointGatewayType.kind),
  );
}
