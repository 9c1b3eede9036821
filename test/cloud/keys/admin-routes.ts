/**
 * The admin listener's routes for key-management instances:
 *
 *   POST /hpcs-instances, /key-protect-instances
 *   POST /service-instances/initialized, /service-instances/allowed-network; POST /key-roles
 */
import type { KeyRole } from '../accounts.ts';
import { route, type AdminRoute } from '../admin-route.ts';
import type { Control } from '../control.ts';
import type { ServiceInstance } from '../resources/instances.ts';
import type { AllowedNetwork, HpcsInstanceSeed, KeyProtectInstanceSeed } from './seed.ts';

export function keyRoutes({ seed, ...control }: Control): AdminRoute[] {
  return [
    route(
      'POST /hpcs-instances',
      '{name, initialized?, port?, allowedNetwork?, region?, resourceGroup?, state?, parameters?, account?}: adds an HPCS instance',
      ({ body }) => seeded(seed.hpcsInstance(body as HpcsInstanceSeed)),
    ),
    route(
      'POST /key-protect-instances',
      '{name, dedicated?, allowedNetwork?, region?, resourceGroup?, state?, parameters?, account?}: adds a Key Protect instance',
      ({ body }) => seeded(seed.keyProtectInstance(body as KeyProtectInstanceSeed)),
    ),
    route(
      'POST /service-instances/initialized',
      '{crn, initialized}: loads a master key, or takes it away',
      ({ body }) => {
        const { crn, initialized } = body as { crn: string; initialized: boolean };
        control.setInitialized(crn, initialized);
      },
    ),
    route(
      'POST /service-instances/allowed-network',
      '{crn, network}: sets the network policy as a stranger would',
      ({ body }) => {
        const { crn, network } = body as { crn: string; network: AllowedNetwork };
        control.setAllowedNetwork(crn, network);
      },
    ),
    route(
      'POST /key-roles',
      '{apiKey, role}: gives a key another service role: Manager, Writer, ReaderPlus, Reader or none',
      ({ body }) => {
        const { apiKey, role } = body as { apiKey: string; role: KeyRole };
        control.setKeyRole(apiKey, role);
      },
    ),
  ];
}

function seeded({ guid, crn, keys }: ServiceInstance): unknown {
  return { id: guid, crn, endpoints: keys?.endpoints };
}
