/** EndpointGateway: a VPC's private way to one service (crds/endpointgateways.yaml). */
import { defineKind } from '../../controller/kind.ts';
import { apply } from './apply.ts';
import type { Action } from './actions.ts';
import { drifted } from './drifted.ts';
import { intent } from './intent.ts';
import { notices } from './notices.ts';
import { observe } from './observe.ts';
import { finalizer, type Observed } from './observed.ts';
import { orphans } from './orphans.ts';
import { takeOverAnnotation } from './ownership.ts';
import { plan } from './plan.ts';
import { planDeletion } from './plan/deletion.ts';
import { heldBack, releasePathAnnotation } from './plan/hold.ts';
import { refused } from './refusals.ts';
import { report } from './report.ts';
import { endpointGatewayType, type EndpointGatewaySpec, type EndpointGatewayStatus } from './types.gen.ts';

export const endpointGateway = defineKind<EndpointGatewaySpec, EndpointGatewayStatus, Observed, Action>({
  type: endpointGatewayType,
  finalizer,
  regionOf: ({ region }) => region,
  annotations: [takeOverAnnotation, releasePathAnnotation],
  awaitsAnswer: ({ status }) => status?.createIntent !== undefined,
  observe,
  plan: heldBack(plan),
  planDeletion: heldBack(planDeletion),
  apply,
  refused,
  report,
  notices,
  drifted,
  orphans,
  intent,
});
