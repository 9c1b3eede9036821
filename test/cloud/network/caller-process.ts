/** A program that is somewhere in the network: it says where a name leads, and ends when nothing is left open. */
import { networkFrom, type SideConfig } from './caller.ts';

const [config = '', name = ''] = process.argv.slice(2);
const network = networkFrom(JSON.parse(config) as SideConfig);
const addresses = await network.lookup(name, new AbortController().signal);
const socket = network.dial({ host: name, port: 443 });
const peer = await new Promise<string | undefined>((resolve, reject) => {
  socket.once('connect', () => resolve(network.peerOf(socket)));
  socket.once('error', reject);
});
socket.destroy();
console.log(JSON.stringify({ addresses, peer, resolvers: network.resolvers() }));
