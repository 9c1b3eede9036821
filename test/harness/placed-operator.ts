/**
 * The built operator at a place in a simulated network, by which it calls IBM Cloud and proves what it proves:
 * `node placed-operator.ts <dist> <side as JSON> <configuration file>`.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import type { operate } from '../../src/operate.ts';
import { networkFrom, type SideConfig } from '../cloud/network/caller.ts';

const [built = '', side = '', configFile] = process.argv.slice(2);
const program = (await import(pathToFileURL(join(built, 'operate.js')).href)) as { operate: typeof operate };

await program.operate(configFile, {
  version: '0.0.0-placed',
  network: networkFrom(JSON.parse(side) as SideConfig),
});
