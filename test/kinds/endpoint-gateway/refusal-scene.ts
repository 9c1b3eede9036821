/** Requests that the simulated cloud refuses, sent as the operator sends them, and what the user is told. */
import { afterEach, beforeEach } from '@jest/globals';

import type { Session } from '../../../src/cloud/accounts.ts';
import type { EndpointGateway, EndpointGatewayPrototype } from '../../../src/cloud/vpc-types.ts';
import { type Action, createGateway } from '../../../src/kinds/endpoint-gateway/actions.ts';
import { apply } from '../../../src/kinds/endpoint-gateway/apply.ts';
import { refused } from '../../../src/kinds/endpoint-gateway/refusals.ts';
import { background, cloudErrorOf, openAccount } from '../../cloud-clients/open-account.ts';
import { type DnsFixture, startDnsFixture } from '../../cloud/dns-fixture.ts';
import { targetCrn } from '../../cloud/fixture.ts';
import { observed, resource } from './samples.ts';

export const keyProtect = {
  resource_type: 'provider_cloud_service',
  crn: targetCrn('key-protect'),
} as const;
export const objectStorage = { ...keyProtect, crn: targetCrn('object-storage') } as const;
export const bucket = `crn:v1:bluemix:public:cloud-object-storage:global:a/${'0'.repeat(32)}:instance:bucket:logs`;

export class RefusalScene {
  readonly cloud: DnsFixture;
  readonly #session: Session;

  private constructor(cloud: DnsFixture, session: Session) {
    this.cloud = cloud;
    this.#session = session;
  }

  static async open(): Promise<RefusalScene> {
    const cloud = await startDnsFixture();
    return new RefusalScene(cloud, await (await openAccount(cloud.cloud)).session());
  }

  get control(): DnsFixture['cloud']['control'] {
    return this.cloud.cloud.control;
  }

  get accountID(): string {
    return this.#session.accountID;
  }

  /** A subnet of `vpc-1`, in its first zone. */
  get subnet(): { readonly id: string } {
    return { id: this.cloud.subnet('vpc-1-zone-1-a') };
  }

  /** In `vpc-1`, unless said otherwise. */
  creation(changes: Partial<EndpointGatewayPrototype> = {}): Action {
    const vpc = { id: this.cloud.vpc('vpc-1') };
    return createGateway({ name: 'gateway', vpc, target: keyProtect, ...changes });
  }

  /**
   * Sends what the cloud is to refuse. What the user reads then, in front of IBM's own words, as `reason pace/passes
   * until it counts as stalled: advice`.
   */
  async told(action: Action, gateway?: EndpointGateway): Promise<string> {
    const seen = observed({
      gateway,
      accountID: this.accountID,
      cloudNowMs: this.#session.time.now(),
      vpc: { id: this.cloud.vpc('vpc-1'), name: 'vpc-1', crn: 'crn' },
    });
    const io = { ...background, session: this.#session } as Parameters<typeof apply>[2];
    const error = await cloudErrorOf(apply(action, seen, io));
    const plan = refused(action, resource(), seen, error);
    if (plan === undefined) {
      return `left to the general rules: ${error.reason}`;
    }
    const patience = plan.kind === 'wait' ? `${plan.pace}/${plan.stallsAfter}` : plan.kind;
    const [advice] = plan.message.split('. IBM Cloud answered: ');
    return `${plan.reason} ${patience}: ${advice}`;
  }
}

/** A cloud of its own for each test of the file. */
export function useRefusalScenes(give: (scene: RefusalScene) => void): void {
  let scene: RefusalScene;
  beforeEach(async () => {
    scene = await RefusalScene.open();
    give(scene);
  });
  afterEach(async () => scene.cloud.cloud.stop());
}
