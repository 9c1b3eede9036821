/**
 * `vpe-operator targets`: what endpoint gateways of a region can lead to, from the three sources that IBM's own tools
 * put together (vpc-endpoint-gateways §8). Targets of other accounts are listed nowhere: their CRN has to be known.
 */
import type { Accounts, Session } from '../cloud/accounts.ts';
import type { ServiceTarget } from '../cloud/catalog.ts';
import type { TargetInstance } from '../cloud/search.ts';
import { exitCodes, type CommandResult } from './exit-codes.ts';
import { textTable } from './text-table.ts';

/** An item as `ibmcloud is endpoint-gateway-targets --output json` has it (§8). */
export interface Target {
  readonly parent_id: string;
  readonly crn: string;
  readonly name: string;
  readonly resource_type: 'provider_cloud_service' | 'provider_infrastructure_service';
  readonly endpoint_type: string;
  readonly fully_qualified_domain_names: readonly string[];
  readonly location: string;
}

interface Row {
  readonly target: Target;
  /** The field of a manifest's target, and what goes into it. */
  readonly field: 'service' | 'infrastructure';
  readonly name: string;
}

export async function listTargets(
  accounts: Pick<Accounts, 'session'>,
  { account, region, json }: { readonly account: string; readonly region: string; readonly json: boolean },
  signal: AbortSignal,
): Promise<CommandResult> {
  const session = await accounts.session(account, region, signal);
  const rows = await rowsOf(session, signal);
  const output = json
    ? `${JSON.stringify(
        rows.map(({ target }) => target),
        undefined,
        2,
      )}\n`
    : textTable(
        ['TARGET', 'NAME', 'REGION', 'ENDPOINT', 'CRN'],
        rows.map(({ field, name, target }) => [
          field,
          name,
          target.location || '-',
          target.fully_qualified_domain_names.join(',') || '-',
          target.crn || '-',
        ]),
      );
  return { output, exitCode: exitCodes.done };
}

/** Services, then the infrastructure's, then instances; each by name. */
async function rowsOf({ region, inventory }: Session, signal: AbortSignal): Promise<readonly Row[]> {
  const [services, instances] = await Promise.all([
    inventory.targetsIn(region).read(0, signal),
    inventory.instances.read(0, signal),
  ]);
  const here = [...instances.byId.values()].filter((instance) =>
    [region, 'global'].includes(instance.region),
  );
  return [
    ...[...services.byId.values()].map((service) => serviceRow(service, region)).toSorted(byName),
    infrastructure,
    ...here.map(instanceRow).toSorted(byName),
  ];
}

function byName(left: Row, right: Row): number {
  return left.name.localeCompare(right.name) || left.target.crn.localeCompare(right.target.crn);
}

function serviceRow(
  { name, service, location, crn, endpointType, hosts }: ServiceTarget,
  region: string,
): Row {
  return {
    field: 'service',
    name: service,
    target: {
      parent_id: region,
      crn,
      name,
      resource_type: 'provider_cloud_service',
      endpoint_type: endpointType,
      fully_qualified_domain_names: hosts,
      location,
    },
  };
}

function instanceRow({ crn, name, region, hosts }: TargetInstance): Row {
  return {
    field: 'service',
    name,
    target: {
      parent_id: region,
      crn,
      name,
      resource_type: 'provider_cloud_service',
      endpoint_type: '',
      fully_qualified_domain_names: hosts,
      location: region,
    },
  };
}

const infrastructure: Row = {
  field: 'infrastructure',
  name: 'ibm-ntp-server',
  target: {
    parent_id: '',
    crn: '',
    name: 'ibm-ntp-server',
    resource_type: 'provider_infrastructure_service',
    endpoint_type: '',
    fully_qualified_domain_names: [],
    location: '',
  },
};
