/** A service of another account, behind a Private Path service gateway whose provider reviews each request. */
import type { EndpointGatewaySpec } from '../../../src/kinds/endpoint-gateway/types.gen.ts';
import { connect } from '../../cloud/client.ts';
import type { PrivatePath } from '../../cloud/vpc/private-path/model.ts';
import { reasonOf } from '../../harness/gateway-watch.ts';
import type { Lane } from '../lane.ts';
import type { Phase, Script } from '../script.ts';
import { creation, deletion, notReady, ready, start, statusOf } from './phases.ts';

/** The account's name. */
const provider = 'provider';

function seed({ cloud }: Lane): void {
  const { seed: seeds } = cloud.control;
  seeds.account(provider);
  seeds.vpc({ account: provider, name: 'offers' });
  seeds.privatePath({
    account: provider,
    vpc: 'offers',
    name: 'db',
    serviceEndpoints: ['db.example.com'],
    published: true,
    defaultAccessPolicy: 'review',
  });
}

function offerOf({ cloud }: Lane): PrivatePath {
  const [offer] = cloud.control.area(provider, 'us-south').privatePaths.values();
  if (offer === undefined) {
    throw new Error('the provider has no Private Path service gateway');
  }
  return offer;
}

function spec(lane: Lane): Partial<EndpointGatewaySpec> {
  return { target: { privatePathServiceGateway: { crn: offerOf(lane).crn } } };
}

/** Asks for access, and waits for the provider. */
const request: Phase = {
  name: 'request',
  begin: creation('request', spec).begin,
  missing: async (lane) => {
    const object = lane.rig.watch.present(lane.key);
    const isWaiting = object !== undefined && reasonOf(object) === 'AwaitingAcceptance';
    return isWaiting ? undefined : statusOf(lane);
  },
  end: { object: 'present', gateway: 'pending' },
};

const permit: Phase = {
  name: 'permit',
  holdsCloud: true,
  begin: async (lane) => {
    const client = await connect(lane.cloud, { account: provider });
    const path = `/private_path_service_gateways/${offerOf(lane).id}/endpoint_gateway_bindings`;
    const { body } = await client.vpc('GET', path);
    const { status } = await client.vpc('POST', `${path}/${body.endpoint_gateway_bindings[0].id}/permit`, {
      body: {},
    });
    if (status !== 204) {
      throw new Error(`the permission was answered ${status}`);
    }
  },
  missing: notReady,
  lastCall: 'create events [Succeeded]',
  end: ready,
};

export const privatePath: Script = {
  name: 'private path',
  phases: [start, request, permit, deletion],
  recorded: new Set([request, permit]),
  lane: { seed },
};
