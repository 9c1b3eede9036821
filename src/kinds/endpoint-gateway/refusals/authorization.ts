/**
 * What lets a gateway lead into another account: a service-to-service authorization that the owner of the target
 * makes (fact sheet §10.2). The operator never makes it, and prints the command instead. Pure.
 */

export interface ForeignTarget {
  /** The account that owns the target. */
  readonly accountID: string;
  /** What that account's owner runs there. */
  readonly command: string;
}

/**
 * What is missing for a target that belongs to another account than `accountID`; `undefined` for one of the same
 * account or of none. Private Path needs no authorization: its provider decides about each request (fact sheet §5.2).
 */
export function foreignTarget(crn: string, accountID: string): ForeignTarget | undefined {
  const [, , , , service = '', , scope = '', instance = '', resourceType = ''] = crn.split(':');
  const owner = /^a\/(.+)$/.exec(scope)?.[1];
  return owner === undefined || owner === accountID || resourceType === 'private-path-service-gateway'
    ? undefined
    : { accountID: owner, command: authorizationCommand({ service, instance, sourceAccountID: accountID }) };
}

/**
 * In the form of the CLI's reference (ibmcloud iam authorization-policy-create: source, target, roles, options), which
 * scripts in use bear out. The page on gateways has one with other options, which that reference does not know.
 */
function authorizationCommand(wanted: {
  readonly service: string;
  readonly instance: string;
  readonly sourceAccountID: string;
}): string {
  const { service, instance, sourceAccountID } = wanted;
  const target = instance === '' ? '' : ` --target-service-instance-id ${instance}`;
  return `ibmcloud iam authorization-policy-create is ${service} Viewer --source-service-account ${sourceAccountID} --source-resource-type endpoint-gateway${target}`;
}
