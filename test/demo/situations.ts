/**
 * What a gateway may meet in an account that others use, too: a provider who takes time to decide, somebody else's
 * gateway in the way, a gateway that is only to be looked at. Throws when something else happened.
 */
import { connect } from '../cloud/client.ts';
import type { Cloud } from '../cloud/cloud.ts';
import { serviceTargets } from '../cloud/catalog/service-targets.ts';
import { endpointGatewayType } from '../../src/kinds/endpoint-gateway/types.gen.ts';
import type { Manifest } from './manifests.ts';
import type { Seen } from './observer.ts';
import type { SituationResult } from './result.ts';

const region = 'us-south';
const provider = 'partner';

export interface Situations {
  readonly manifests: readonly Manifest[];
  /** Whether each of them has come to where it waits. */
  isMet(get: (name: string) => Seen | undefined): boolean;
  /** The provider permits the request. */
  permit(): Promise<void>;
  /** What came of them, once the permitted one is Ready. */
  results(get: (name: string) => Seen | undefined): readonly SituationResult[];
}

/** Seeds what others made. One of `others` has what the colliding one wants. */
export function situationsIn(cloud: Cloud, others: readonly Manifest[]): Situations {
  const { seed } = cloud.control;
  seed.account(provider);
  seed.vpc({ account: provider, name: 'offers' });
  const offer = seed.privatePath({
    account: provider,
    vpc: 'offers',
    name: 'orders-db',
    serviceEndpoints: ['orders.partner.example'],
    published: true,
    defaultAccessPolicy: 'review',
  });
  const iam = serviceTargets(region).find(({ name }) => name === 'iam')?.crn ?? '';
  const theirs = seed.endpointGateway({
    prototype: {
      name: 'made-by-terraform',
      vpc: { id: 'vpc-4' },
      target: { resource_type: 'provider_cloud_service', crn: iam },
    },
  });
  const names = { waiting: 'partner-orders', colliding: 'second-of-its-kind', observed: 'only-looked-at' };
  return {
    manifests: [
      manifest(names.waiting, {
        vpc: { name: 'vpc-2' },
        target: { privatePathServiceGateway: { crn: offer.crn } },
      }),
      manifest(names.colliding, { vpc: others[0]?.spec['vpc'], target: others[0]?.spec['target'] }),
      manifest(names.observed, {
        vpc: { name: 'vpc-4' },
        target: { service: { name: 'iam-svcs' } },
        name: 'iam',
        tags: ['env:prod'],
        managementPolicy: 'Observe',
      }),
    ],
    isMet: (get) =>
      get(names.waiting)?.reason === 'AwaitingAcceptance' &&
      get(names.colliding)?.reason === 'Collision' &&
      get(names.observed)?.reason === 'Differs',
    permit: async () => permit(cloud, offer.id),
    results: (get) => {
      const touched = cloud.control.requestLog
        .entries()
        .filter(
          ({ method, path, body }) =>
            method !== 'GET' && `${path}${JSON.stringify(body)}`.includes(theirs.id),
        )
        .map(({ operation }) => operation);
      if (touched.length > 0) {
        throw new Error(`the gateway that is only looked at was written to: ${touched.join(', ')}`);
      }
      return Object.values(names).map((name) => {
        const { reasons = [], plan = [], isReady = false } = get(name) ?? {};
        return { name, reasons, plan, ready: isReady };
      });
    },
  };
}

function manifest(name: string, spec: Manifest['spec']): Manifest {
  const { group, version, kind } = endpointGatewayType;
  return { apiVersion: `${group}/${version}`, kind, metadata: { name }, spec: { region, ...spec } };
}

async function permit(cloud: Cloud, offerId: string): Promise<void> {
  const client = await connect(cloud, { account: provider });
  const path = `/private_path_service_gateways/${offerId}/endpoint_gateway_bindings`;
  const { body } = await client.vpc('GET', path);
  const [request] = body.endpoint_gateway_bindings as readonly { readonly id: string }[];
  const answer = await client.vpc('POST', `${path}/${request?.id}/permit`, { body: {} });
  if (answer.status !== 204) {
    throw new Error(`the provider could not permit the request: ${answer.status}`);
  }
}
