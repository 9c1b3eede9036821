/**
 * Listens and never accepts: it blocks right after it has begun, until it is told to end. Together with the connections
 * that fill its queue this is an address at which no connect ever comes about.
 */
import { createServer } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';

export interface BlackholeData {
  readonly host: string;
  readonly port: number;
  /** Its first number is 0 until it shall end. */
  readonly end: Int32Array;
}

const { host, port, end } = workerData as BlackholeData;

// `reusePort`, because the wildcard listener has the port already; the exact address goes before the wildcard.
const server = createServer().listen({ host, port, backlog: 1, reusePort: true }, () => {
  setImmediate(() => {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker's port has no origin
    parentPort?.postMessage('listening');
    Atomics.wait(end, 0, 0);
    server.close();
  });
});
