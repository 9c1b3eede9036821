/**
 * HpcsNetworkPolicy: from which networks an instance of a key-management service takes calls
 * (crds/hpcsnetworkpolicies.yaml).
 */
import { defineKind } from '../../controller/kind.ts';
import type { Action } from './actions.ts';
import { apply } from './apply.ts';
import { drifted } from './drifted.ts';
import { guidOf, regionOf } from './instance.ts';
import { intent } from './intent.ts';
import { notices } from './notices.ts';
import { observe } from './observe.ts';
import { finalizer, type Observed } from './observed.ts';
import { pathOf } from './path.ts';
import { plan, planDeletion } from './plan.ts';
import { refused } from './refused.ts';
import { report } from './report.ts';
import {
  type HpcsNetworkPolicySpec,
  type HpcsNetworkPolicyStatus,
  hpcsNetworkPolicyType,
} from './types.gen.ts';

export const hpcsNetworkPolicy = defineKind<HpcsNetworkPolicySpec, HpcsNetworkPolicyStatus, Observed, Action>(
  {
    type: hpcsNetworkPolicyType,
    finalizer,
    // Nobody announces a change of the policy, and a lockout must not go unseen for long.
    driftChecks: 2,
    regionOf,
    claim: ({ spec }) => guidOf(spec),
    dependsOn: pathOf,
    observe,
    plan,
    planDeletion,
    apply,
    refused,
    report,
    notices,
    drifted,
    intent,
  },
);
