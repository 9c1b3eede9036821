/**
 * A cloud whose time stands still, for tests of the cloud itself: what happens, happens when a test advances the
 * clock. Creates answer at once (no lock time), unless a test sets one.
 */
import { serviceTargets } from './catalog/service-targets.ts';
import { connect, type CloudClient, type Reply } from './client.ts';
import { startCloud, type Cloud, type CloudOptions } from './cloud.ts';
import { byIdOrName } from './seed.ts';
import { standardSettings } from './settings.ts';

export interface Fixture {
  readonly cloud: Cloud;
  readonly client: CloudClient;
  /** Ids of seeded resources by their names. */
  readonly vpc: (name: string) => string;
  readonly subnet: (name: string) => string;
  readonly securityGroup: (name: string) => string;
  /** A create body for `vpc-1`, to be overridden. */
  readonly gatewayBody: (changes?: object) => object;
  /** Creates it and expects 201. */
  readonly createGateway: (changes?: object) => Promise<Reply['body']>;
  /** The same, settled: `stable`. */
  readonly stableGateway: (changes?: object) => Promise<Reply['body']>;
  /** Lets enough time pass for everything that is under way. */
  readonly settle: () => void;
}

export async function startFixture({
  regions = ['us-south'],
}: Pick<CloudOptions, 'regions'> = {}): Promise<Fixture> {
  const cloud = await startCloud({ regions, settings: { lockHoldMs: 0 } });
  const { control } = cloud;
  control.clock.freeze();
  const client = await connect(cloud);
  const area = control.area('default', 'us-south');
  const vpc = (name: string): string => byIdOrName(area.vpcs, name).id;
  const gatewayBody = (changes: object = {}): object => ({
    vpc: { id: vpc('vpc-1') },
    target: { resource_type: 'provider_cloud_service', crn: targetCrn('key-protect') },
    ...changes,
  });
  const createGateway = async (changes: object = {}): Promise<Reply['body']> => {
    const { status, body } = await client.vpc('POST', '/endpoint_gateways', { body: gatewayBody(changes) });
    if (status !== 201) {
      throw new Error(`create answered ${status}: ${JSON.stringify(body)}`);
    }
    return body;
  };
  const settle = (): void => control.clock.advance(standardSettings.createMs * 10);
  return {
    cloud,
    client,
    vpc,
    subnet: (name) => byIdOrName(area.subnets, name).id,
    securityGroup: (name) => byIdOrName(area.securityGroups, name).id,
    gatewayBody,
    createGateway,
    async stableGateway(changes) {
      const { id } = await createGateway(changes);
      settle();
      return (await client.vpc('GET', `/endpoint_gateways/${id}`)).body;
    },
    settle,
  };
}

/** CRN of a service-level target in us-south, by its name in the catalogue. */
export function targetCrn(name: string): string {
  return serviceTargets('us-south').find((target) => target.name === name)?.crn ?? '';
}

/** Another target each time: instances of a service whose names never overlap. */
export function distinctTarget(index: number): object {
  const instance = `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
  const scope = 'a/0123456789abcdef0123456789abcdef';
  const crn = `crn:v1:bluemix:public:databases-for-redis:us-south:${scope}:${instance}::`;
  return { resource_type: 'provider_cloud_service', crn };
}

/** A rule of vpc-endpoint-gateways §3.2, a request that breaks it, and the exact answer. */
export interface BrokenRule<F = Fixture> {
  readonly rule: string;
  /** Sets the scene and makes the request that is refused. */
  readonly breakIt: (fixture: F) => Promise<Reply>;
  readonly status: number;
  readonly code: string;
}

/** Status and code of an error answer. */
export function refusal({ status, body }: Reply): { status: number; code: string } {
  return { status, code: body?.errors?.[0]?.code };
}
