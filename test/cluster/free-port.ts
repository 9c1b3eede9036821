/** Free TCP ports on loopback for servers that must be told their port before they start. */
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Below every system's ephemeral range (Linux: from 32768, macOS: from 49152), so that no outgoing
 * connection takes the port between this look and the server's own bind, or while the server restarts.
 */
const lowest = 20_000;
const highest = 32_000;
const attempts = 50;

/** Free at this moment; another process that draws the same number may still bind it first. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const port = randomInt(lowest, highest);
    if (await isFree(port)) {
      return port;
    }
  }
  throw new Error(`none of ${attempts} ports tried between ${lowest} and ${highest} is free`);
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen({ port, host: '127.0.0.1' });
    await once(server, 'listening');
    server.close();
    await once(server, 'close');
    return true;
  } catch {
    return false;
  }
}
