/** List filters: a resource passes when each parameter of the query that names a property has its value. */
type Query = Readonly<Record<string, string | undefined>>;

/** Parameters that take several values, separated by commas (vpc-endpoint-gateways §1.2). */
const MULTI_VALUE = new Set(['lifecycle_state', 'dns_resolution_binding_mode']);

/** `properties` are the resource's values under the names of the filters; `undefined` passes no filter. */
export function passes(query: Query, properties: Query): boolean {
  return Object.entries(properties).every(([name, value]) => {
    const wanted = query[name];
    return (
      wanted === undefined ||
      (MULTI_VALUE.has(name) && value !== undefined ? wanted.split(',').includes(value) : wanted === value)
    );
  });
}

/** The filters by resource group and VPC that most lists share. */
export function placement({
  vpc,
  resourceGroup,
}: {
  readonly vpc: { readonly id: string; readonly crn: string; readonly name: string };
  readonly resourceGroup: { readonly id: string };
}): Query {
  return {
    'resource_group.id': resourceGroup.id,
    'vpc.id': vpc.id,
    'vpc.crn': vpc.crn,
    'vpc.name': vpc.name,
  };
}

export const PLACEMENT_FILTERS = ['resource_group.id', 'vpc.id', 'vpc.crn', 'vpc.name'] as const;
