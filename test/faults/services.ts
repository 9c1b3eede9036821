/** All services of the cloud behind one URL, as a lane's operator meets them: they are told apart by their paths. */
import type { Endpoints } from '../cloud/apps.ts';

/** The first that fits, since some services share their version with another one. */
const places: ReadonlyArray<readonly [RegExp, (services: Endpoints) => string]> = [
  [/^\/v1\/reclamations\b/, ({ resourceController }) => resourceController],
  [/^\/v1\//, ({ vpc }) => vpc('us-south')],
  [/^\/v2\/resource_groups\b/, ({ resourceManager }) => resourceManager],
  [/^\/v2\//, ({ resourceController }) => resourceController],
  [/^\/v3\/resources\//, ({ search }) => search],
  [/^\/v3\//, ({ tagging }) => tagging],
  [/^\/api\//, ({ catalog }) => catalog],
  [/^\/identity\//, ({ iam }) => iam],
  [/^\/crypto_v2\//, ({ hpcsBroker }) => hpcsBroker],
];

/** The URL, without a path, of the service that answers a path. Throws when none does. */
export function serviceAt(path: string, services: Endpoints): string {
  const [, place] = places.find(([pattern]) => pattern.test(path)) ?? [];
  if (place === undefined) {
    throw new Error(`no service of the simulated cloud answers ${path}`);
  }
  return new URL(place(services)).origin;
}

/** Leads every service that the operator calls to one URL, but for instances of key management, which have two sides. */
export function endpointsBehind(url: string): Omit<Endpoints, 'admin' | 'vpc' | 'keys' | 'tke'> {
  return {
    vpcOfAnyRegion: `${url}/v1`,
    iam: url,
    metadata: url,
    tagging: url,
    search: url,
    catalog: `${url}/api/v1-beta`,
    resourceController: url,
    resourceManager: url,
    hpcsBroker: url,
  };
}
