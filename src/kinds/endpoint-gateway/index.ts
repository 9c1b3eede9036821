/** EndpointGateway: a VPC's private way to one service (crds/endpointgateways.yaml). */
import { defineKind } from '../../controller/kind.ts';
import { apply } from './apply.ts';
import type { Action } from './actions.ts';
import { drifted } from './drifted.ts';
import { observe } from './observe.ts';
import type { Observed } from './observed.ts';
import { orphans } from './orphans.ts';
import { plan, planDeletion } from './plan.ts';
import { report } from './report.ts';
import { endpointGatewayType, type EndpointGatewaySpec, type EndpointGatewayStatus } from './types.gen.ts';

export const endpointGateway = defineKind<EndpointGatewaySpec, EndpointGatewayStatus, Observed, Action>({
  type: endpointGatewayType,
  finalizer: 'vpe-operator.io/endpoint-gateway',
  observe,
  plan,
  planDeletion,
  apply,
  report,
  drifted,
  orphans,
  intent(action, observed) {
    if (action.kind !== 'CreateGateway') {
      return undefined;
    }
    const { name, target, vpc } = action.prototype;
    return {
      createIntent: {
        name,
        vpc: vpc.id,
        target: 'crn' in target ? target.crn : target.name,
        time: new Date(observed.cloudNowMs).toISOString(),
      },
    };
  },
});
