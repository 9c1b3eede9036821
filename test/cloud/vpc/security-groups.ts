/** `/security_groups` (vpc-endpoint-gateways §1.6). */
import type { ResourceGroup } from '../accounts.ts';
import type { World } from '../world.ts';
import { passes, placement, PLACEMENT_FILTERS } from './filters.ts';
import { atPath, resourceGroupIn, vpcIn, type Identity } from './find.ts';
import { randomName, regionalId, resourceCrn } from './ids.ts';
import { deleteSecurityGroup } from './deletion.ts';
import type { SecurityGroup, SecurityGroupRule, Vpc } from './model.ts';
import { operation, type Answer, type Call, type Operation } from './operation.ts';
import { newestFirst, page } from './paging.ts';
import { roomForSecurityGroup } from './quotas.ts';
import { renderSecurityGroup } from './render.ts';
import { canBeDeleted, isUsable, nameIsFree } from './rules.ts';
import { listQuery, securityGroupPatch, securityGroupPrototype } from './schemas.ts';
import { rulesOf, type RulePrototype } from './security-group-rules.ts';

const LIST_QUERY = listQuery(PLACEMENT_FILTERS);

export function securityGroupOperations(world: World): Operation[] {
  return [
    operation({
      id: 'list_security_groups',
      route: 'GET /security_groups',
      query: LIST_QUERY,
      handle: list,
    }),
    operation<SecurityGroupPrototype>({
      id: 'create_security_group',
      route: 'POST /security_groups',
      body: securityGroupPrototype,
      handle: (call) => create(world, call),
    }),
    operation({
      id: 'get_security_group',
      route: 'GET /security_groups/:id',
      handle: (call) => ({ status: 200, body: renderSecurityGroup(securityGroupAt(call), call.view) }),
    }),
    operation<{ readonly name?: string }>({
      id: 'update_security_group',
      route: 'PATCH /security_groups/:id',
      body: securityGroupPatch,
      handle: rename,
    }),
    operation({
      id: 'delete_security_group',
      route: 'DELETE /security_groups/:id',
      handle: (call) => {
        const securityGroup = securityGroupAt(call);
        canBeDeleted(securityGroup);
        deleteSecurityGroup(world, securityGroup);
        return { status: 204 };
      },
    }),
  ];
}

function rename(call: Call<{ readonly name?: string }>): Answer {
  const securityGroup = securityGroupAt(call);
  const { name = securityGroup.name } = call.body;
  nameIsFree(securityGroup.vpc.securityGroups, name, securityGroup);
  securityGroup.name = name;
  return { status: 200, body: renderSecurityGroup(securityGroup, call.view) };
}

interface SecurityGroupPrototype {
  readonly vpc: Identity;
  readonly name?: string;
  readonly resource_group?: Identity;
  readonly rules?: readonly RulePrototype[];
}

export function securityGroupAt({ area, params }: Call<unknown>): SecurityGroup {
  return atPath(area.securityGroups, params['id'], 'security group');
}

function list({ area, query, view, page: request }: Call<unknown>): Answer {
  const shown = [...area.securityGroups.values()].filter((group) => passes(query, placement(group)));
  const render = (securityGroup: SecurityGroup): unknown => renderSecurityGroup(securityGroup, view);
  return { status: 200, body: page('security_groups', shown, { order: newestFirst, render, request }) };
}

function create(world: World, { area, body, view }: Call<SecurityGroupPrototype>): Answer {
  const vpc = vpcIn(area, body.vpc);
  isUsable(vpc);
  roomForSecurityGroup(world, vpc);
  const { name = randomName() } = body;
  nameIsFree(vpc.securityGroups, name);
  const securityGroup = addSecurityGroup(vpc, {
    id: regionalId(area.region),
    name,
    createdAtMs: world.clock.now(),
    resourceGroup: resourceGroupIn(area, body.resource_group),
    rules: rulesOf(area, body.rules ?? []),
    isDefault: false,
  });
  return { status: 201, body: renderSecurityGroup(securityGroup, view), createdId: securityGroup.id };
}

interface NewSecurityGroup {
  readonly id: string;
  readonly name: string;
  readonly createdAtMs: number;
  readonly resourceGroup: ResourceGroup;
  readonly rules: readonly SecurityGroupRule[];
  readonly isDefault: boolean;
}

export function addSecurityGroup(vpc: Vpc, wanted: NewSecurityGroup): SecurityGroup {
  const crn = resourceCrn(vpc.area, 'security-group', wanted.id);
  const securityGroup: SecurityGroup = { ...wanted, crn, vpc, targets: new Map() };
  vpc.securityGroups.add(securityGroup);
  vpc.area.securityGroups.set(securityGroup.id, securityGroup);
  return securityGroup;
}
