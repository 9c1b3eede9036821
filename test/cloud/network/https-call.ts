/** One HTTPS request from a place in the simulated network, over a connection of its own. */
import { Agent, request } from 'node:https';
import { connect as connectTls } from 'node:tls';
import type { Network } from '../../../src/lib/network.ts';

export interface Answer {
  readonly status: number | undefined;
  readonly body: unknown;
}

export interface CallOverOptions {
  readonly method?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export async function callOver(
  network: Network,
  url: string,
  { ca, body, ...options }: CallOverOptions & { readonly ca: string },
): Promise<Answer> {
  const agent = new Agent({ maxCachedSessions: 0 });
  agent.createConnection = ({ host, port, servername }) =>
    connectTls({
      socket: network.dial({ host: host ?? '', port: Number(port) }),
      servername: servername ?? host ?? '',
      ca,
    });
  return new Promise((resolve, reject) => {
    request(url, { agent, ...options }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.on('end', () =>
        resolve({ status: response.statusCode, body: text === '' ? undefined : JSON.parse(text) }),
      );
    })
      .on('error', reject)
      .end(body);
  });
}
