/** What came of connections to the addresses of a gateway. Pure. */
import type { ConnectionFailure } from '../../../lib/connecting.ts';
import type { ConnectionResult } from '../../../probe/proof-types.ts';
import type { Reason } from '../reasons.ts';
import { type Diagnosis, placeOf, type Seen, several } from './diagnosis.ts';

export function connectionsProven(results: readonly ConnectionResult[], seen: Seen): Diagnosis {
  const [named] = results.flatMap(({ servername }) => servername ?? []);
  const certificate = named === undefined ? '' : `, with a certificate for ${named}`;
  const found = `Each address answers: ${several(endsOf(results, seen))}`;
  if (seen.isShared && named === undefined) {
    const message = `${found}; without a certificate nobody knows whether it is the gateway, which the operator sees through shared DNS only`;
    return { status: 'Unknown', reason: 'NotProvableFromHere', message };
  }
  return { status: 'True', reason: 'Reachable', message: `${found}${certificate}` };
}

/** Through shared DNS it may just be that no route leads there, which is nobody's fault. */
export function connectionTrouble(results: readonly ConnectionResult[], seen: Seen): Diagnosis {
  const failed = results.flatMap((result) =>
    result.failure === undefined ? [] : { ...result, failure: result.failure },
  );
  const [first] = failed;
  if (first === undefined) {
    return { status: 'Unknown', reason: 'Proving', message: 'The connections are being opened anew' };
  }
  const { kind, detail } = first.failure;
  const alike = failed.filter(({ failure }) => failure.kind === kind);
  const { what, isAll } = troubles[kind];
  const found = `${several(endsOf(alike, seen))}: ${what}${isAll === true ? '' : ` (${detail})`}`;
  const count = `; ${failed.length} of ${results.length} connections fail`;
  if (seen.isShared && (kind === 'timeout' || kind === 'unreachable')) {
    const message = `${found}${count}. The operator sees the gateway through shared DNS only: whether a route leads from its VPC to VPC ${seen.gateway.vpc.name} is not known`;
    return { status: 'Unknown', reason: 'NotProvableFromHere', message };
  }
  const { reason, hint } = troubles[kind];
  return { status: 'False', reason, message: `${found}${count}. ${hint(first.port, seen)}` };
}

function endsOf(results: readonly ConnectionResult[], seen: Seen): readonly string[] {
  return results.map(({ address, port }) => `port ${port} of ${placeOf(address, seen)}`);
}

interface Trouble {
  readonly reason: Reason;
  readonly what: string;
  /** The system's words say no more. */
  readonly isAll?: true;
  readonly hint: (port: number, seen: Seen) => string;
}

/** Nothing comes back: something on the way drops it. */
const dropped = (port: number, { gateway: { security_groups: groups } }: Seen): string => {
  const named = groups.length === 0 ? '' : ` (${several(groups.map(({ name }) => name))})`;
  return `The security groups of the gateway${named} and the network ACLs of its subnets have to let TCP port ${port} in from the Nodes, and those of the Nodes have to let it out`;
};

const rightPort = (port: number): string =>
  `If the service does not use port ${port}, name its ports in verify.ports`;

const noService = (port: number): string =>
  `The gateway is there, and the service behind it does not answer. ${rightPort(port)}; otherwise see the status of the service, and contact IBM support if this lasts`;

const troubles: Readonly<Record<ConnectionFailure['kind'], Trouble>> = {
  timeout: { reason: 'ConnectTimeout', what: 'nothing answers in time', hint: dropped },
  unreachable: { reason: 'ConnectTimeout', what: 'no way leads there', hint: dropped },
  refused: { reason: 'ConnectionRefused', what: 'the connection is refused', isAll: true, hint: rightPort },
  closed: {
    reason: 'NoAnswer',
    what: 'the connection is cut before anything is said',
    isAll: true,
    hint: noService,
  },
  silent: { reason: 'NoAnswer', what: 'the connection is open, and nothing is said on it', hint: noService },
  tls: {
    reason: 'TLSFailed',
    what: 'what answers does not speak TLS as it should',
    hint: (port) => `If the service uses no TLS on port ${port}, set verify.protocol to TCP`,
  },
  certificate: {
    reason: 'CertificateInvalid',
    what: 'the certificate does not hold for the name of the service',
    hint: () =>
      'Something else than the service answers, or a proxy on the way; a certificate authority of your own has to be in endpoints.caBundleFile of the configuration of the operator',
  },
};
