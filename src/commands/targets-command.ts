/** `vpe-operator targets` from its options to its answer. It needs the configuration, but no cluster. */
import { loadConfig } from '../config.ts';
import { type CommandResult, UsageError } from './exit-codes.ts';
import { accountsFor, type CommandSurroundings, noSignal } from './surroundings.ts';
import { listTargets } from './targets.ts';

export interface TargetsOptions {
  readonly config?: string;
  readonly region: string;
  readonly account: string;
  readonly json?: boolean;
}

export async function targetsCommand(
  { config: path, region, account, json = false }: TargetsOptions,
  around: CommandSurroundings,
): Promise<CommandResult> {
  const config = loadConfig(path);
  const names = config.accounts.map(({ name }) => name);
  if (!names.includes(account)) {
    throw new UsageError(`the configuration has no account named ${account}, but ${names.join(', ')}`);
  }
  if (!/^[a-z]{2}-[a-z]+\d?$/.test(region)) {
    throw new UsageError(`--region must be a region's name, such as us-south or eu-de, and not ${region}`);
  }
  // Which namespaces an account is open to does not matter: nobody's object asks here.
  const accounts = accountsFor(config, around, { command: 'targets', namespace: '' });
  return listTargets(accounts, { account, region, json }, noSignal);
}
