/**
 * What DNS sharing takes (vpc-endpoint-gateways §3.3, §5.1): time to be set up, and some minutes of rest before
 * something that stopped sharing can start again. Both are settings, off at first.
 */
import { field } from '../../errors.ts';
import type { World } from '../../world.ts';
import { dnsPending } from '../lifecycle.ts';
import type { EndpointGateway, Vpc } from '../model.ts';
import { refuse } from '../rules.ts';
import { sharesDns } from './topology.ts';

/** A gateway that is to share from now on, if it is one, says for a while that this is being set up. */
export function startSharing(world: World, gateway: EndpointGateway): void {
  if (world.settings.dnsSharingMs > 0 && sharesDns(gateway)) {
    dnsPending(world, gateway);
  }
}

/** Notes that something stops sharing: a target's names, or the VPC with a hub. */
export function endSharing(world: World, vpc: Vpc, what: string): void {
  vpc.sharingEndedAtMs.set(what, world.clock.now());
}

/** The hazard of §3.3: the same thing cannot share again at once; that it is refused with a 409 is a choice. */
export function mayShareAgain(world: World, vpc: Vpc, what: string): void {
  const endedAtMs = vpc.sharingEndedAtMs.get(what) ?? -Infinity;
  if (world.clock.now() < endedAtMs + world.settings.dnsRestMs) {
    const message = 'DNS sharing for this ended a moment ago; wait some minutes before it starts again.';
    refuse([409, 'invalid_state'], message, field('vpc', vpc.id));
  }
}
