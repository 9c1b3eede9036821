/** What the user is told of creates that the simulated cloud refuses. */
import { describe, expect, it } from '@jest/globals';

import { distinctTarget } from '../../cloud/fixture.ts';
import { keyProtect, type RefusalScene, useRefusalScenes } from './refusal-scene.ts';

let scene: RefusalScene;
useRefusalScenes((opened) => {
  scene = opened;
});

describe('a create that is refused', () => {
  it('because the target is not registered yet', async () => {
    scene.control.settings.registrationLagMs = 600_000;
    expect(await scene.told(scene.creation())).toBe(
      `ServiceNotYetAdvertised slow/8: ${keyProtect.crn} is not known as a target yet, which takes up to 15 minutes after a service instance was made; if it lasts, the service has no private endpoint, or the instance has it switched off`,
    );
  });

  it('because the account of the target has not authorized it', async () => {
    const { id } = scene.control.seed.account('partner');
    const crn = `crn:v1:bluemix:public:kms:us-south:a/${id}:33333333-3333-4333-8333-333333333333::`;
    const target = { ...keyProtect, crn };
    expect(await scene.told(scene.creation({ target }))).toBe(
      `AuthorizationMissing slow/3: The target belongs to account ${id}, which has to let gateways of account ${scene.accountID} lead there: its owner runs \`ibmcloud iam authorization-policy-create is kms Viewer --source-service-account ${scene.accountID} --source-resource-type endpoint-gateway --target-service-instance-id 33333333-3333-4333-8333-333333333333\``,
    );
  });

  it('because its provider has not published the Private Path service', async () => {
    const { seed } = scene.control;
    seed.account('provider');
    seed.vpc({ account: 'provider', name: 'offers' });
    const { crn } = seed.privatePath({
      account: 'provider',
      vpc: 'offers',
      name: 'db',
      serviceEndpoints: ['db.example.com'],
    });
    const target = { resource_type: 'private_path_service_gateway', crn } as const;
    expect(await scene.told(scene.creation({ target }))).toBe(
      `TargetNotFound slow/3: ${crn} does not exist, or account ${scene.accountID} may not see it; a Private Path service has to be published before another account can ask for access`,
    );
  });

  it('because somebody has the target (R1)', async () => {
    await scene.cloud.createGateway();
    expect(await scene.told(scene.creation())).toBe(
      'Collision slow/1: Another gateway of the VPC has this target: delete that one, or let adoptionPolicy take it over',
    );
  });

  it('because somebody serves the same names (R2)', async () => {
    await scene.cloud.createGateway();
    const crn = `crn:v1:bluemix:public:kms:us-south:a/${scene.accountID}:00000000-0000-4000-8000-000000000001::`;
    expect(await scene.told(scene.creation({ target: { ...keyProtect, crn } }))).toBe(
      'Collision slow/1: Another gateway of the VPC answers for service endpoints of this target: delete that one, or do without this one',
    );
  });

  it('because somebody has the name (R8)', async () => {
    await scene.cloud.createGateway({ name: 'gateway', target: distinctTarget(1) });
    expect(await scene.told(scene.creation())).toBe(
      'Collision slow/1: The VPC has a gateway named gateway already: choose another name, or remove that gateway',
    );
  });

  it('because a reserved IP has the name (R8)', async () => {
    scene.control.seed.reservedIP({ subnet: 'vpc-1-zone-1-a', name: 'zone-1' });
    expect(
      await scene.told(
        scene.creation({ ips: [{ subnet: scene.subnet, name: 'zone-1', auto_delete: true }] }),
      ),
    ).toBe(
      'AddressUnavailable slow/1: A reserved IP of the subnet has the name already: choose another, or leave the name to the cloud',
    );
  });

  const address =
    "AddressUnavailable slow/1: A reserved IP or its address is taken, used by something else, IBM's own, or gone: free it, or choose another";

  it('because the address is taken (R8)', async () => {
    const collection = `/subnets/${scene.subnet.id}/reserved_ips`;
    const { id } = (await scene.cloud.client.vpc('POST', collection, { body: {} })).body;
    scene.cloud.settle();
    const { address: taken } = (await scene.cloud.client.vpc('GET', `${collection}/${id}`)).body;
    const ips = [{ subnet: scene.subnet, address: taken, auto_delete: true }];
    expect(await scene.told(scene.creation({ ips }))).toBe(address);
  });

  it('because the subnet is of another VPC (R7)', async () => {
    const ips = [{ subnet: { id: scene.cloud.subnet('vpc-2-zone-1-a') }, auto_delete: true }];
    expect(await scene.told(scene.creation({ ips }))).toBe(address);
  });

  it('because two addresses are in one zone (R6)', async () => {
    const second = { id: scene.cloud.subnet('vpc-1-zone-1-b') };
    const ips = [scene.subnet, second].map((one) => ({ subnet: one, auto_delete: true }));
    expect(await scene.told(scene.creation({ ips }))).toBe(
      'ZoneConflict stalled: A gateway has at most one address a zone: keep one of those that are in the same zone',
    );
  });

  it('because a quota is used up', async () => {
    scene.control.settings.mostGatewaysPerVpc = 0;
    expect(await scene.told(scene.creation())).toBe(
      'QuotaExceeded slow/1: A quota of the account is used up: delete what is not needed any more, or ask IBM support to raise it',
    );
  });

  it('because a security group is of another VPC (R9)', async () => {
    const security_groups = [{ id: scene.cloud.securityGroup('vpc-2-web') }];
    expect(await scene.told(scene.creation({ security_groups }))).toBe(
      "SecurityGroupRefused stalled: A security group is not of the gateway's VPC: list groups of this VPC only",
    );
  });
});
