/** Why it may be unknown, or not so yet, that public calls to a closed instance are denied. */
import { internetAddress } from '../../../cloud/network/names.ts';
import { type Diagnosis, enforced } from './row.ts';

export const ofPublicSide: readonly Diagnosis[] = [
  {
    cause: 'the operator does not reach the public endpoint of an instance that it has closed',
    ...enforced(
      'Unknown',
      'NoPublicEgress',
      /^The public endpoint cannot be reached from where the operator runs$/,
    ),
    make: ({ cloud, keys }) => {
      const publicly = internetAddress(keys.endpoints.public);
      cloud.control.network.addressFaults.add({ kind: 'blackhole', address: publicly });
      return {};
    },
  },
  {
    cause: 'a closing is not enforced yet',
    ...enforced(
      'False',
      'StillOpen',
      /^The policy says private-only, and the public endpoint still answers$/,
    ),
    make: ({ cloud }) => {
      cloud.control.settings.keyPolicyEnforcementLagMs = 60_000;
      return {};
    },
  },
  {
    cause: 'the public endpoint throttles',
    ...enforced('Unknown', 'PublicUnclear', /^The public endpoint answers otherwise: get_instance_policy: /),
    make: ({ cloud }) => {
      cloud.control.faults.add({ service: 'keys-public', when: 'before', status: 429 });
      return {};
    },
  },
];
