/**
 * Virtual server instances, as far as somebody wants to know which VPC one is in: they are seeded, run, and can be
 * read by id. What the API requires of one besides is the same for all of them.
 */
import { timestamp } from '../timestamp.ts';
import { formatAddress } from './addresses.ts';
import { atPath } from './find.ts';
import { seededUuid, resourceCrn, zonalId } from './ids.ts';
import type { Instance, Vpc } from './model.ts';
import { operation, type Operation } from './operation.ts';
import {
  resourceGroupReference,
  vpcReference,
  zoneReference,
  type Json,
  type View,
} from './render-references.ts';

export interface InstanceSeed {
  readonly vpc: string;
  readonly name: string;
  /** One of the VPC's; an unknown one throws. */
  readonly zone: string;
}

export function seedInstance(vpc: Vpc, { name, zone }: InstanceSeed, createdAtMs: number): Instance {
  if (!vpc.zones.has(zone)) {
    throw new Error(`VPC ${vpc.name} has no zone ${zone}`);
  }
  // Unlike other ids, with an underscore (VPC API, samples of instances).
  const id = zonalId(zone, `${vpc.id}/instance/${name}`).replace('-', '_');
  const crn = resourceCrn({ ...vpc.area, region: zone }, 'instance', id);
  const { resourceGroup } = vpc;
  const instance = { id, crn, name, createdAtMs, resourceGroup, vpc, zone };
  vpc.area.instances.set(id, instance);
  return instance;
}

export function instanceOperations(): Operation[] {
  return [
    operation({
      id: 'get_instance',
      route: 'GET /instances/:id',
      handle: ({ area, params, view }) => ({
        status: 200,
        body: renderInstance(atPath(area.instances, params['id'], 'instance'), view),
      }),
    }),
  ];
}

function renderInstance(instance: Instance, view: View): Json {
  const { id, crn, name, createdAtMs, resourceGroup, vpc, zone } = instance;
  const href = `${view.baseUrl}/instances/${id}`;
  const bootVolume = renderBootVolume(instance, href);
  const networkInterface = renderNetworkInterface(instance, href, view);
  return {
    ...COMMON,
    boot_volume_attachment: bootVolume,
    created_at: timestamp(createdAtMs),
    crn,
    href,
    id,
    name,
    network_interfaces: [networkInterface],
    primary_network_interface: networkInterface,
    profile: {
      href: `${view.baseUrl}/instance/profiles/bx2-4x16`,
      name: 'bx2-4x16',
      resource_type: 'instance_profile',
    },
    resource_group: resourceGroupReference(resourceGroup),
    volume_attachments: [bootVolume],
    vpc: vpcReference(vpc, view),
    zone: zoneReference(vpc, zone, view),
  };
}

/** Of a `bx2-4x16`, with interfaces of the first generation. */
const COMMON: Json = {
  availability: { class: 'standard' },
  availability_policy: { host_failure: 'restart', preemption: 'stop' },
  bandwidth: 8_000,
  cluster_network_attachments: [],
  confidential_compute_mode: 'disabled',
  disks: [],
  enable_secure_boot: false,
  health_reasons: [],
  health_state: 'ok',
  lifecycle_reasons: [],
  lifecycle_state: 'stable',
  memory: 16,
  metadata_service: { enabled: true, protocol: 'http', response_hop_limit: 1 },
  network_attachments: [],
  numa_count: 1,
  reservation_affinity: { policy: 'disabled', pool: [] },
  resource_type: 'instance',
  software_attachments: [],
  startable: true,
  status: 'running',
  status_reasons: [],
  threads_per_core: 2,
  total_network_bandwidth: 6_000,
  total_volume_bandwidth: 2_000,
  vcpu: { architecture: 'amd64', count: 4, manufacturer: 'intel', percentage: 100 },
  volume_bandwidth_qos_mode: 'weighted',
};

function renderBootVolume({ id, zone, name }: Instance, href: string): Json {
  const attachment = zonalId(zone, `${id}/boot`);
  return { href: `${href}/volume_attachments/${attachment}`, id: attachment, name: `${name}-boot` };
}

/** In a subnet that nobody sees: the instances of this cloud take no addresses. */
function renderNetworkInterface({ id, vpc, zone, name }: Instance, href: string, view: View): Json {
  const subnet = zonalId(zone, `${vpc.id}/instances`);
  const subnetHref = `${view.baseUrl}/subnets/${subnet}`;
  const address = zonalId(zone, `${id}/address`);
  const block = vpc.zones.get(zone) ?? { first: 0, size: 0 };
  const networkInterface = zonalId(zone, `${id}/interface`);
  return {
    href: `${href}/network_interfaces/${networkInterface}`,
    id: networkInterface,
    name: `${name}-interface`,
    primary_ip: {
      address: formatAddress(block.first + block.size - 6),
      href: `${subnetHref}/reserved_ips/${address}`,
      id: address,
      name: `${name}-address`,
      resource_type: 'subnet_reserved_ip',
    },
    resource_type: 'network_interface',
    subnet: {
      crn: resourceCrn({ ...vpc.area, region: zone }, 'subnet', subnet),
      href: subnetHref,
      id: subnet,
      name: `instances-${seededUuid(subnet).slice(0, 8)}`,
      resource_type: 'subnet',
    },
  };
}
