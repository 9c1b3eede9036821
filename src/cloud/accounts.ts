/**
 * The IBM Cloud accounts that the operator's configuration names, each with its own credentials, budget and
 * inventories. An object chooses one by name; which namespaces may is the configuration's word (design §4).
 */
import type { SecureContext } from 'node:tls';
import type { Clock } from '../lib/clock.ts';
import type { Network } from '../lib/network.ts';
import { trusting } from '../lib/connecting.ts';
import { type Agents, createAgents } from './agents.ts';
import { type Allows, allowsOf, type AllowLists } from './allows.ts';
import { type AccountAuth, tokenIssuer } from './auth.ts';
import { Budget, type BudgetOptions } from '../lib/budget.ts';
import { CatalogClient } from './catalog.ts';
import { CloudTime } from './cloud-time.ts';
import type { Endpoints } from './endpoints.ts';
import { type AccountEdge, type CallRecord, CloudHttp } from './http.ts';
import { AccountInventory, Inventory } from './inventory.ts';
import { KeyEndpointsClient } from './key-endpoints.ts';
import { KeyManagementClient } from './key-management.ts';
import { KeyedMutex } from './keyed-mutex.ts';
import { ResourceControllerClient } from './resource-controller.ts';
import { ResourceManagerClient } from './resource-manager.ts';
import { SearchClient } from './search.ts';
import { TaggingClient } from './tagging.ts';
import { TokenCache } from './token-cache.ts';
import { VpcClient, vpcVersion } from './vpc.ts';

export interface AccountOptions extends AllowLists {
  readonly name: string;
  readonly auth: AccountAuth;
  /** Namespaces whose objects may use the account; `*` stands for all. */
  readonly allowedNamespaces: readonly string[];
  readonly budget: BudgetOptions;
}

/** One account in one region, as a pass sees it. */
export interface Session {
  /** The account that the credentials really belong to, from the token. */
  readonly accountID: string;
  readonly region: string;
  /** What the configuration allows beyond the use of the account. */
  readonly allows: Allows;
  readonly vpc: VpcClient;
  readonly tagging: TaggingClient;
  readonly search: SearchClient;
  readonly catalog: CatalogClient;
  readonly resourceManager: ResourceManagerClient;
  readonly resourceController: ResourceControllerClient;
  readonly keyManagement: KeyManagementClient;
  readonly keyEndpoints: KeyEndpointsClient;
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
  readonly network: Network;
  /** Certificate authorities (PEM) that services are trusted by; absent: those that Node.js trusts. */
  readonly ca: readonly string[] | undefined;
  readonly clock: Clock;
  readonly endpoints: Endpoints;
  readonly userAgent: string;
  /** Deadline of one call. */
  readonly timeoutMs: number;
  readonly onCall: (record: CallRecord) => void;
  /** Ends shared listings when the program stops. */
  readonly signal: AbortSignal;
}

/** Services that are the same in every region. */
type GlobalClients = Pick<
  Session,
  | 'tagging'
  | 'search'
  | 'catalog'
  | 'resourceManager'
  | 'resourceController'
  | 'keyManagement'
  | 'keyEndpoints'
>;

interface Account {
  readonly options: AccountOptions;
  readonly edge: AccountEdge;
  readonly clients: GlobalClients;
  readonly inventory: AccountInventory;
  readonly regions: Map<string, Omit<Session, 'accountID'>>;
}

export class Accounts {
  readonly #deps: AccountsDeps;
  readonly #accounts: ReadonlyMap<string, Account>;

  constructor(accounts: readonly AccountOptions[], deps: AccountsDeps) {
    this.#deps = deps;
    const shared = { ...createAgents(deps.network, deps.ca), trust: deps.ca && trusting(deps.ca) };
    this.#accounts = new Map(
      accounts.map((options) => [options.name, openAccount(options, { ...deps, ...shared })]),
    );
  }

  /** The accounts that some namespace may use, in the order of the configuration. */
  get open(): readonly AccountScope[] {
    return [...this.#accounts.values()]
      .filter(({ options }) => options.allowedNamespaces.length > 0)
      .map(({ options, clients, regions }) => ({
        name: options.name,
        tagging: clients.tagging,
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

  /** Of an account of the configuration. */
  allows(accountName: string): Allows {
    const account = this.#accounts.get(accountName);
    return allowsOf(account?.options ?? { allowedVerbs: [], allowedVPCs: [], allowedInstances: [] });
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
    const { clients, edge, options } = account;
    const sources = { ...clients, region, vpc, account: account.inventory };
    const inventory = new Inventory(clock, sources, signal);
    const allows = allowsOf(options);
    const { time } = edge;
    const opened = { ...clients, region, allows, vpc, inventory, time, timeoutMs };
    account.regions.set(region, opened);
    return opened;
  }
}

/** Longer than a resolver or a connection over a private network takes. */
const wayTimeoutMs = 5_000;

type Shared = Agents & { readonly trust: SecureContext | undefined };

function openAccount(options: AccountOptions, deps: AccountsDeps & Shared): Account {
  const { network, trust, clock, endpoints, httpsAgent, freshAgent, userAgent, timeoutMs, onCall, signal } =
    deps;
  const time = new CloudTime(clock);
  const budget = new Budget(clock, options.budget);
  const authEdge = { httpsAgent: freshAgent, userAgent, timeoutMs, time, onCall };
  const tokens = new TokenCache(clock, tokenIssuer(options.auth, endpoints, authEdge));
  const edge: AccountEdge = { time, tokens, budget, httpsAgent, freshAgent, userAgent, timeoutMs, onCall };
  const way = { network, trust, timeoutMs: Math.min(timeoutMs, wayTimeoutMs) };
  const clients = {
    tagging: new TaggingClient(edge, endpoints.tagging),
    search: new SearchClient(edge, endpoints.search),
    catalog: new CatalogClient(edge, endpoints.catalog),
    resourceManager: new ResourceManagerClient(edge, endpoints.resourceManager),
    resourceController: new ResourceControllerClient(edge, endpoints.resourceController),
    keyManagement: new KeyManagementClient(edge, way),
    keyEndpoints: new KeyEndpointsClient(edge, endpoints, clock),
  };
  const accountID = async (ending: AbortSignal): Promise<string> => (await tokens.token(ending)).accountID;
  const inventory = new AccountInventory(clock, { ...clients, accountID }, signal);
  return { options, edge, clients, inventory, regions: new Map() };
}
