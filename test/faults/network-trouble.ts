/** What a script does to the simulated network while operators work in it; each returns what undoes it. */
import type { AddressFaultKind, DnsFault } from '../cloud/network/faults.ts';
import type { Lane } from './lane.ts';

type Place = Pick<Lane, 'cloud'>;

/** Of VPCs, and so of their gateways, and of service endpoints: whatever a private name leads to. */
const privateRanges = ['10.0.0.0/8', '166.8.0.0/14'];

/** Connections to private addresses are reset, and new ones come to this. Public addresses are not touched. */
export async function cutPrivatePath(
  { cloud }: Place,
  kind: Extract<AddressFaultKind, 'blackhole' | 'refused' | 'reset' | 'silent'>,
): Promise<() => void> {
  const { addressFaults } = cloud.control.network;
  const network = await cloud.network();
  const faults = privateRanges.map((address) => addressFaults.add({ kind, address }));
  privateRanges.forEach((addresses) => network.cut(addresses));
  return () => faults.forEach((id) => addressFaults.clear(id));
}

/** Every resolver says something else of a name. */
export function misname({ cloud }: Place, fault: DnsFault & { readonly name: string }): () => void {
  const { dnsFaults } = cloud.control.network;
  const id = dnsFaults.add(fault);
  return () => dnsFaults.clear(id);
}
