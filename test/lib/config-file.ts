/** A configuration file in a folder of its own, for tests of what is read from it and what is said about it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { type Config, ConfigError, loadConfig } from '../../src/config.ts';

export type Environment = Readonly<Record<string, string>>;

export interface ConfigFile {
  readonly folder: string;
  readonly path: string;
  /** Writes the file, as YAML unless it is text, and loads it. */
  readonly load: (content: unknown, environment?: Environment) => Config;
  /** The message of the ConfigError that loading it throws, with the file's own path as FILE. */
  readonly complaint: (content: unknown, environment?: Environment) => string;
  readonly remove: () => void;
}

export function configFile(): ConfigFile {
  const folder = mkdtempSync(join(tmpdir(), 'vpe-operator-config-'));
  const path = join(folder, 'config.yaml');
  const load = (content: unknown, environment: Environment = {}): Config => {
    writeFileSync(path, typeof content === 'string' ? content : stringify(content));
    return loadConfig(path, environment);
  };
  return {
    folder,
    path,
    load,
    complaint(content, environment) {
      try {
        load(content, environment);
      } catch (error) {
        if (error instanceof ConfigError) {
          return error.message.replace(path, 'FILE');
        }
        throw error;
      }
      throw new Error('it was accepted');
    },
    remove: () => rmSync(folder, { recursive: true }),
  };
}

export const account = { name: 'default', auth: { apiKeyFile: '/etc/vpe-operator/api-key' } };
export const minimal = { accounts: [account] };
