/** What can be wrong with the way to a gateway, how to make it so, and what its status then says. */
import type { Condition } from '../../../../src/controller/conditions.ts';
import type { AddressFaultKind, DnsFaultKind } from '../../../cloud/network/faults.ts';
import type { EndpointGateway } from '../../../cloud/vpc/model.ts';
import type { Scene } from '../scene.ts';
import type { ProvenScene } from './proven-scene.ts';

export const name = 'private.us-south.kms.cloud.ibm.com';
export const resolvers = '161.26.0.7, 161.26.0.8';
/** Of the scene's gateway, in its two zones. */
export const addresses = ['10.0.0.4', '10.1.0.4'] as const;

export interface Diagnosis {
  readonly cause: string;
  readonly type: 'DNSVerified' | 'Reachable';
  readonly expected: Pick<Condition, 'status' | 'reason'> & { readonly message: RegExp };
  readonly make: (proven: ProvenScene, gateway: EndpointGateway) => void;
}

function dns(kind: DnsFaultKind, more: object = {}): Diagnosis['make'] {
  return ({ network, scene }) => void network.dnsFaults.add({ kind, side: scene.vpc.id, ...more });
}

function address(kind: AddressFaultKind, at: string = addresses[0]): Diagnosis['make'] {
  return ({ network, scene }) => void network.addressFaults.add({ kind, address: at, side: scene.vpc.id });
}

function wrong(
  type: Diagnosis['type'],
  reason: string,
  message: RegExp,
): Pick<Diagnosis, 'type' | 'expected'> {
  return { type, expected: { status: 'False', reason, message } };
}

/** Another gateway of the VPC, to another service. */
function otherGateway(scene: Scene): void {
  scene.cloud.control.seed.endpointGateway({
    account: scene.account,
    prototype: {
      name: 'other',
      vpc: { id: scene.vpc.id },
      target: { resource_type: 'provider_cloud_service', crn: otherTarget },
      ips: [{ subnet: { id: scene.subnet('b3').id } }],
    },
  });
}

const otherTarget = 'crn:v1:bluemix:public:iam-svcs:global:::endpoint:private.iam.cloud.ibm.com';
const renew = /renew the leases of the Nodes/;
const asked = `\\(asked: ${resolvers.replaceAll('.', '\\.')}\\)`;

export const diagnoses: readonly Diagnosis[] = [
  {
    cause: 'the resolver answers with a public address',
    ...wrong(
      'DNSVerified',
      'DNSAnswerPublic',
      new RegExp(
        `^${name} leads to 198\\.51\\.100\\.\\d+, a public address, not to 10\\.0\\.0\\.4, 10\\.1\\.0\\.4 ${asked}\\..*${renew.source}`,
      ),
    ),
    make: dns('public'),
  },
  {
    cause: 'the resolver answers with the service endpoint that needs no gateway',
    ...wrong(
      'DNSVerified',
      'DNSAnswerClassic',
      /leads to 166\.\d+\.\d+\.\d+, the service endpoint of 166\.8\.0\.0\/14/,
    ),
    make: dns('classic'),
  },
  {
    cause: 'the resolver does not know the name',
    ...wrong(
      'DNSVerified',
      'DNSNoAnswer',
      /has no address: there is no such name \(ENOTFOUND\).*161\.26\.0\.7/,
    ),
    make: dns('nxdomain'),
  },
  {
    cause: 'the resolver knows no address of the name',
    ...wrong('DNSVerified', 'DNSNoAnswer', /has no address: the name has no address \(ENODATA\)/),
    make: dns('nodata'),
  },
  {
    cause: 'the name leads to another gateway',
    ...wrong(
      'DNSVerified',
      'DNSAnswerOther',
      /leads to 10\.2\.1\.4, which is of gateway other of VPC vpc, not to/,
    ),
    make: (proven, gateway) => {
      otherGateway(proven.scene);
      dns('wrongZone', { name, address: '10.2.1.4' })(proven, gateway);
    },
  },
  {
    cause: 'the name leads to an address that nobody has, as one of before',
    ...wrong(
      'DNSVerified',
      'DNSAnswerOther',
      /leads to 10\.2\.0\.99, which no gateway has that the account can see/,
    ),
    make: dns('wrongZone', { address: '10.2.0.99' }),
  },
  {
    cause: 'the resolver fails',
    ...wrong('DNSVerified', 'DNSResolverFailed', /the resolver failed \(ESERVFAIL\).*let port 53 pass/),
    make: dns('servfail'),
  },
  {
    cause: 'the resolver does not answer',
    ...wrong('DNSVerified', 'DNSResolverFailed', /no resolver answered in time/),
    make: dns('silent'),
  },
  {
    cause: 'a security group of the gateway or a network ACL does not let the connection in',
    ...wrong(
      'Reachable',
      'ConnectTimeout',
      /^port 443 of 10\.0\.0\.4 \(us-south-1\), port 443 of 10\.1\.0\.4 \(us-south-2\): nothing answers in time .*2 of 2 connections fail\. The security groups of the gateway \(group-1\) and the network ACLs/,
    ),
    // One that lets nobody in.
    make: ({ scene }, gateway) => {
      gateway.securityGroups.clear();
      gateway.securityGroups.add(scene.group('group-1'));
    },
  },
  {
    cause: 'one address answers to nobody',
    ...wrong(
      'Reachable',
      'ConnectTimeout',
      /^port 443 of 10\.1\.0\.4 \(us-south-2\): nothing answers in time .*1 of 2 connections fail/,
    ),
    make: address('blackhole', addresses[1]),
  },
  {
    cause: 'an address refuses connections',
    ...wrong('Reachable', 'ConnectionRefused', /the connection is refused.*name its ports in verify\.ports/),
    make: address('refused'),
  },
  {
    cause: 'an address takes connections, and nothing answers on them',
    ...wrong(
      'Reachable',
      'NoAnswer',
      /nothing is said on it .*The gateway is there, and the service behind it does not/,
    ),
    make: address('silent'),
  },
  {
    cause: 'an address cuts connections at once',
    ...wrong('Reachable', 'NoAnswer', /is cut before anything is said/),
    make: address('reset'),
  },
  {
    cause: 'the service speaks no TLS on the port',
    ...wrong('Reachable', 'TLSFailed', /does not speak TLS as it should .*set verify\.protocol to TCP/),
    make: address('plain'),
  },
  {
    cause: 'the certificate is for another name',
    ...wrong('Reachable', 'CertificateInvalid', /does not hold for the name of the service .*Something else/),
    make: address('wrongCertificate'),
  },
  {
    cause: 'the certificate is of an authority that the operator does not know',
    ...wrong('Reachable', 'CertificateInvalid', /does not hold for the name of the service .*caBundleFile/),
    make: address('untrusted'),
  },
];
