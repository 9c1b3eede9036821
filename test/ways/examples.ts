/** The manifests that users copy: every file of deploy/examples, by its path there. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parse } from 'yaml';

import type { GatewayManifest } from '../harness/gateways.ts';
import { repositoryPath } from '../lib/repository.ts';

export type Examples = ReadonlyMap<string, GatewayManifest>;

export function examplePath(file: string): string {
  return repositoryPath('deploy', 'examples', file);
}

/** Those of one gateway each, which is all there are. */
export function readExamples(): Examples {
  const folder = repositoryPath('deploy', 'examples');
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.yaml'))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .toSorted();
  return new Map(
    files.map((file) => [file, parse(readFileSync(examplePath(file), 'utf8')) as GatewayManifest]),
  );
}
