/** What can be wrong with the way to the private endpoint, or with what is behind it. */
import { gatewayReference } from '../gateway.ts';
import type { AddressFaultKind, DnsFaultKind } from '../../../cloud/network/faults.ts';
import type { Changes, PolicyScene } from '../scene.ts';
import { answers, type Diagnosis, notReady, pathFails, pathUnclear } from './row.ts';

/** The first of the addresses that the private endpoint has without a gateway. */
const service = '166.9.0.1';

function dns(kind: DnsFaultKind): (scene: PolicyScene) => Changes {
  return ({ cloud, host }) => {
    cloud.control.network.dnsFaults.add({ kind, name: host });
    return {};
  };
}

function address(kind: AddressFaultKind): (scene: PolicyScene) => Changes {
  return ({ cloud }) => {
    cloud.control.network.addressFaults.add({ kind, address: service });
    return {};
  };
}

/** Makes a gateway whose security group lets nobody in; returns what names it in a spec. */
function lockedGateway(scene: PolicyScene): { readonly name: string } {
  const { cloud, account, vpc } = scene;
  const reference = gatewayReference(scene);
  const nobody = cloud.control.seed.securityGroup({ account, vpc: vpc.id, name: 'closed' });
  for (const { securityGroups } of vpc.gateways) {
    securityGroups.clear();
    securityGroups.add(nobody);
  }
  return reference;
}

const classicHint =
  /takes VRF and service endpoints of the account and the route 166\.9\.0\.0\/16 to the private gateway \(route -n shows it\); outside of IBM Cloud, Direct Link or a VPN$/;

export const ofPath: readonly Diagnosis[] = [
  {
    cause: 'the resolvers do not know the private name',
    ...pathFails('PathNoAddress', /know no address of the private endpoint .* \(ENOTFOUND\)/),
    make: dns('nxdomain'),
  },
  {
    cause: 'the resolvers know no address of the private name',
    ...pathFails('PathNoAddress', /know no address of the private endpoint .* \(ENODATA\)/),
    make: dns('nodata'),
  },
  {
    cause: 'the resolvers fail',
    ...pathFails('PathResolverFailed', /\(ESERVFAIL\)\. The Nodes have to let port 53 out/),
    make: dns('servfail'),
  },
  {
    cause: 'the resolvers do not answer',
    ...pathFails('PathResolverFailed', /\(ETIMEOUT\)\. The Nodes have to let port 53 out/),
    make: dns('silent'),
  },
  {
    cause: 'the private name leads to a public address',
    ...pathFails(
      'PathElsewhere',
      /leads to 198\.51\.100\.\d+, a public address\. Something answers for IBM Cloud/,
    ),
    make: dns('public'),
  },
  {
    cause: 'the private name leads to a gateway that the spec does not name',
    ...pathFails(
      'PathElsewhere',
      /leads to 10\.0\.0\.4, a private address outside 166\.8\.0\.0\/14\. If .*name it in lockoutGuard\.endpointGatewayRef$/,
    ),
    make: (scene) => {
      gatewayReference(scene);
      return {};
    },
  },
  {
    cause: 'the private name leads past the gateway that the spec names',
    ...pathFails(
      'PathElsewhere',
      /leads to 166\.9\.0\.\d, not to EndpointGateway hpcs \(10\.0\.0\.4, 10\.1\.0\.4\)\. The operator has to run in the VPC of the gateway/,
    ),
    make: (scene) => {
      const endpointGatewayRef = gatewayReference(scene);
      return { ...dns('classic')(scene), lockoutGuard: { endpointGatewayRef } };
    },
  },
  {
    cause: 'the operator runs where no private route leads',
    ...pathFails(
      'PathTimeout',
      new RegExp(`^Nothing answers at 166\\.9\\.0\\.\\d, port 443, .*${classicHint.source}`),
    ),
    make: async (scene) => {
      await scene.moveTo('public');
      return {};
    },
  },
  {
    cause: 'the way to the private address loses what is sent',
    ...pathFails(
      'PathTimeout',
      new RegExp(`^Nothing answers at 166\\.9\\.0\\.1, port 443, .*${classicHint.source}`),
    ),
    make: address('blackhole'),
  },
  {
    cause: 'a security group of the gateway, or a network ACL, does not let the operator in',
    ...pathFails(
      'PathTimeout',
      /^Nothing answers at 10\.0\.0\.4, port 443, .*The security groups of the gateway and the network ACLs of its subnets/,
    ),
    make: (scene) => ({ lockoutGuard: { endpointGatewayRef: lockedGateway(scene) } }),
  },
  {
    cause: 'the private address refuses connections',
    ...pathFails('PathRefused', /^The connection is refused at 166\.9\.0\.1, port 443/),
    make: address('refused'),
  },
  {
    cause: 'the private address cuts connections',
    ...pathFails('PathTLSFailed', /^The connection is cut before TLS is spoken at 166\.9\.0\.1/),
    make: address('reset'),
  },
  {
    cause: 'the private address takes connections, and nothing answers on them',
    ...pathFails('PathTLSFailed', /^The connection is open and nothing is said on it at 166\.9\.0\.1/),
    make: address('silent'),
  },
  {
    cause: 'what answers at the private address speaks no TLS',
    ...pathFails('PathTLSFailed', /^What answers speaks no TLS at 166\.9\.0\.1/),
    make: address('plain'),
  },
  {
    cause: 'what answers at the private address has a certificate for another name',
    ...pathFails('PathCertificateInvalid', /^What answers has no certificate for the name at 166\.9\.0\.1/),
    make: address('wrongCertificate'),
  },
  {
    cause:
      'what answers at the private address has a certificate of an authority that the operator does not know',
    ...pathFails(
      'PathCertificateInvalid',
      /a certificate authority of your own has to be in endpoints\.caBundleFile/,
    ),
    make: address('untrusted'),
  },
  {
    cause: 'the service throttles',
    ...pathUnclear('ServiceFailed', /^The private endpoint was reached: get_instance_policy: /),
    make: answers('get_instance_policy', { status: 429 }),
  },
  {
    cause: 'the service fails',
    ...pathUnclear('ServiceFailed', /^The private endpoint was reached: get_instance_policy: /),
    make: answers('get_instance_policy', { status: 503 }),
  },
  {
    cause: 'the service takes the call and does not answer',
    ...pathUnclear('ServiceFailed', /^The private endpoint was reached: get_instance_policy: ECONNRESET/),
    make: answers('get_instance_policy', { drop: true }),
  },
  {
    cause: 'the instance is closed, shall be open, and no private path leads there',
    ...notReady(
      'NoWorkingPath',
      /^Nothing answers at 166\.9\.0\.\d, .*or a VPN; the public endpoint denies the call: the instance is closed, or /,
    ),
    make: async (scene) => {
      scene.cloud.control.setAllowedNetwork(scene.instance.crn, 'private-only');
      await scene.moveTo('public');
      return { allowedNetwork: 'PublicAndPrivate' };
    },
  },
  {
    cause: 'the same where the private name leads to a gateway that does not let the operator in',
    ...notReady(
      'NoWorkingPath',
      /^Nothing answers at 10\.0\.0\.4, .*Routes, security groups and network ACLs on the way have to let the Nodes through; the public endpoint denies the call: the instance is closed, or /,
    ),
    make: (scene) => {
      scene.cloud.control.setAllowedNetwork(scene.instance.crn, 'private-only');
      lockedGateway(scene);
      return { allowedNetwork: 'PublicAndPrivate' };
    },
  },
];
