/**
 * The IBM Cloud accounts that the operator's configuration names, each with its own credentials, budget and
 * inventories. An object chooses one by name; which namespaces may is the configuration's word (design §4).
 */
import { Agent } from 'node:https';
import type { Clock } from '../lib/clock.ts';
import { issueToken } from './auth.ts';
import { Budget, type BudgetOptions } from './budget.ts';
import { CloudTime } from './cloud-time.ts';
import type { Endpoints } from './endpoints.ts';
import { type AccountEdge, type CallRecord, CloudHttp } from './http.ts';
import { Inventory } from './inventory.ts';
import { KeyedMutex } from './keyed-mutex.ts';
import { TaggingClient } from './tagging.ts';
import { TokenCache } from './token-cache.ts';
import { VpcClient, vpcVersion } from './vpc.ts';

export interface AccountOptions {
  readonly name: string;
  readonly auth: { readonly apiKeyFile: string };
  /** Namespaces whose objects may use the account; `*` stands for all. */
  readonly allowedNamespaces: readonly string[];
  readonly budget: BudgetOptions;
}

/** One account in one region, as a pass sees it. */
export interface Session {
  /** The account that the credentials really belong to, from the token. */
  readonly accountID: string;
  readonly region: string;
  readonly vpc: VpcClient;
  readonly tagging: TaggingClient;
  readonly inventory: Inventory;
  readonly time: CloudTime;
  /** Deadline of one call. */
  readonly timeoutMs: number;
}

/** One account, whatever the region. */
export interface AccountScope {
  readonly name: string;
  readonly tagging: TaggingClient;
  /** Those in which a session was opened since the program started. */
  readonly regions: readonly string[];
}

export interface AccountsDeps {
  readonly clock: Clock;
  readonly endpoints: Endpoints;
  /** Trusts what the endpoints need; one that keeps connections open should end idle ones before servers do. */
  readonly httpsAgent: Agent;
  readonly userAgent: string;
  /** Deadline of one call. */
  readonly timeoutMs: number;
  readonly onCall: (record: CallRecord) => void;
  /** Ends shared listings when the program stops. */
  readonly signal: AbortSignal;
}

interface Account {
  readonly options: AccountOptions;
  readonly edge: AccountEdge;
  readonly tagging: TaggingClient;
  readonly regions: Map<string, Omit<Session, 'accountID'>>;
}

export class Accounts {
  readonly #deps: AccountsDeps;
  readonly #accounts: ReadonlyMap<string, Account>;

  constructor(accounts: readonly AccountOptions[], deps: AccountsDeps) {
    this.#deps = deps;
    this.#accounts = new Map(accounts.map((options) => [options.name, openAccount(options, deps)]));
  }

  /** The accounts that some namespace may use, in the order of the configuration. */
  get open(): readonly AccountScope[] {
    return [...this.#accounts.values()]
      .filter(({ options }) => options.allowedNamespaces.length > 0)
      .map(({ options, tagging, regions }) => ({
        name: options.name,
        tagging,
        regions: [...regions.keys()],
      }));
  }

  /** Why the namespace may not use the account, as a sentence for the user; `undefined` when it may. */
  refusal(accountName: string, namespace: string): string | undefined {
    const account = this.#accounts.get(accountName);
    if (account === undefined) {
      return `the operator's configuration has no account named ${accountName}`;
    }
    const { allowedNamespaces } = account.options;
    if (allowedNamespaces.includes('*') || allowedNamespaces.includes(namespace)) {
      return undefined;
    }
    return `account ${accountName} is not open to namespace ${namespace}; its owner can add the namespace to allowedNamespaces`;
  }

  /**
   * Throws a CloudError when IAM gives no token, an Error when there is no such account or the region is no name.
   */
  async session(accountName: string, region: string, signal: AbortSignal): Promise<Session> {
    const account = this.#accounts.get(accountName);
    if (account === undefined) {
      throw new Error(`no account named ${accountName}`);
    }
    const { accountID } = await account.edge.tokens.token(signal);
    const opened = account.regions.get(region) ?? this.#openRegion(account, region);
    return { accountID, ...opened };
  }

  #openRegion(account: Account, region: string): Omit<Session, 'accountID'> {
    const { clock, endpoints, signal, timeoutMs } = this.#deps;
    const query = { version: vpcVersion, generation: '2' };
    const http = new CloudHttp(account.edge, 'vpc', endpoints.vpc(region), query);
    const vpc = new VpcClient(http, new KeyedMutex(), (gatewayId) => inventory.noteWrite(gatewayId));
    const inventory = new Inventory(clock, vpc, signal);
    const { tagging, edge } = account;
    const opened = { region, vpc, tagging, inventory, time: edge.time, timeoutMs };
    account.regions.set(region, opened);
    return opened;
  }
}

function openAccount(options: AccountOptions, deps: AccountsDeps): Account {
  const { clock, endpoints, httpsAgent, userAgent, timeoutMs, onCall } = deps;
  const time = new CloudTime(clock);
  const budget = new Budget(clock, options.budget);
  const freshAgent = new Agent({ ...httpsAgent.options, keepAlive: false });
  const { apiKeyFile } = options.auth;
  const iam = {
    apiKeyFile,
    iamURL: endpoints.iam,
    httpsAgent: freshAgent,
    userAgent,
    timeoutMs,
    time,
    onCall,
  };
  const tokens = new TokenCache(clock, async () => issueToken(iam));
  const edge: AccountEdge = { time, tokens, budget, httpsAgent, freshAgent, userAgent, timeoutMs, onCall };
  return { options, edge, tagging: new TaggingClient(edge, endpoints.tagging), regions: new Map() };
}
