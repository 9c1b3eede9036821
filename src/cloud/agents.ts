/** The connections of calls over HTTPS, opened by way of the network that the operator was given. */
import { Agent, type AgentOptions } from 'node:https';
import type { Duplex } from 'node:stream';
import type { Network } from '../lib/network.ts';

export interface Agents {
  /** Keeps connections open between calls. */
  readonly httpsAgent: Agent;
  /**
   * Opens a connection for each call. A server may close an idle connection at the very moment that a request goes
   * out on it, and the client cannot tell whether the request was read (RFC 9112 §9.3.1). For a create that doubt
   * costs minutes of waiting for a gateway that may exist; a handshake is cheaper.
   */
  readonly freshAgent: Agent;
}

/** Only with a timeout does the pool end idle connections before servers do (Node.js 24, http.Agent). */
const idleMs = 30_000;

/** `ca`: certificates to trust, instead of the system's. */
export function createAgents(network: Network, ca: readonly string[] | undefined): Agents {
  const options: AgentOptions = { timeout: idleMs, ...(ca !== undefined && { ca: [...ca] }) };
  return {
    httpsAgent: new DialingAgent(network, { ...options, keepAlive: true }),
    freshAgent: new DialingAgent(network, { ...options, keepAlive: false }),
  };
}

class DialingAgent extends Agent {
  readonly #network: Network;

  constructor(network: Network, options: AgentOptions) {
    super(options);
    this.#network = network;
  }

  override createConnection(
    ...[options, callback]: Parameters<Agent['createConnection']>
  ): Duplex | null | undefined {
    const { host, port } = options;
    const socket = this.#network.dial({ host: host ?? 'localhost', port: Number(port) });
    const over = { ...options, socket };
    return super.createConnection(over, callback);
  }
}
