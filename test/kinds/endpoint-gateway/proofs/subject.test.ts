/** What there is to prove of which gateway, and why not (design §5.6). */
import { describe, expect, it } from '@jest/globals';

import type { PortRange } from '../../../../src/cloud/search.ts';
import type { EndpointGateway } from '../../../../src/cloud/vpc-types.ts';
import { askedOf, needsAdvertised } from '../../../../src/kinds/endpoint-gateway/proofs/subject.ts';
import type { EndpointGatewaySpec } from '../../../../src/kinds/endpoint-gateway/types.gen.ts';
import { gateway, ip, resource } from '../samples.ts';
import { bound, kmsName } from './samples.ts';

type Verify = Partial<NonNullable<EndpointGatewaySpec['verify']>>;

interface Case {
  readonly verify?: Verify;
  readonly shown?: Partial<EndpointGateway>;
  readonly advertised?: readonly PortRange[] | 'unknown';
}

/** Each name, each `address:port`, with the name in the certificate; or the reason why there are none. */
function asked({ verify, shown, advertised = [] }: Case): readonly string[] {
  const object = resource(
    verify === undefined ? {} : { spec: { verify: { dns: true, required: false, ...verify } } },
  );
  const { names, connections, obstacles } = askedOf(object, gateway({ ips: bound, ...shown }), advertised);
  return [
    ...(obstacles.names === undefined ? names : [`names: ${obstacles.names.reason}`]),
    ...(obstacles.connections === undefined
      ? connections.map(({ address, port, servername }) =>
          [`${address}:${port}`, ...(servername === undefined ? [] : ['TLS', servername])].join(' '),
        )
      : [`connections: ${obstacles.connections.reason}`]),
  ];
}

const tls = [`10.0.0.4:443 TLS ${kmsName}`, `10.1.0.4:443 TLS ${kmsName}`];
const one = { ips: [ip('rip-1', 'a1', '10.0.0.4')] };
const port = (min: number, max = min): PortRange => ({ min, max });
const wildcards = ['*.s3.direct.example', '*.example'];

describe('by default', () => {
  it.each<[string, Case, readonly string[]]>([
    ['a cloud service: TLS on 443 of each address', {}, [kmsName, ...tls]],
    [
      'a database: TCP on the port that it advertises',
      { shown: one, advertised: [port(31_234)] },
      [kmsName, '10.0.0.4:31234'],
    ],
    [
      'several ports, 443 among them',
      { shown: one, advertised: [port(443), port(9093), port(9093)] },
      [kmsName, `10.0.0.4:443 TLS ${kmsName}`, '10.0.0.4:9093'],
    ],
    [
      'an instance that the account cannot see',
      { advertised: 'unknown' },
      [kmsName, 'connections: NotProbed'],
    ],
    ['ranges of ports only', { advertised: [port(1, 65_535)] }, [kmsName, 'connections: NotProbed']],
    [
      'many ports: the first ones',
      { shown: one, advertised: [1, 2, 3, 4, 5].map((number) => port(number)) },
      [kmsName, '10.0.0.4:1', '10.0.0.4:2', '10.0.0.4:3', '10.0.0.4:4'],
    ],
    [
      'NTP: its name only',
      {
        shown: {
          target: { resource_type: 'provider_infrastructure_service', name: 'ibm-ntp-server' },
          service_endpoints: ['time.adn.networklayer.com'],
        },
      },
      ['time.adn.networklayer.com', 'connections: NotProbed'],
    ],
    [
      'Private Path: its names only',
      { shown: { target: { resource_type: 'private_path_service_gateway', crn: 'crn:p' } } },
      [kmsName, 'connections: NotProbed'],
    ],
    [
      'names and wildcards: the names',
      { shown: { ...one, service_endpoints: ['*.example', 'b.example', 'a.example'] } },
      ['a.example', 'b.example', '10.0.0.4:443 TLS a.example'],
    ],
    [
      'wildcards only: connections without a certificate',
      { shown: { ...one, service_endpoints: wildcards } },
      ['names: NotProbed', '10.0.0.4:443'],
    ],
    ['no address', { shown: { ips: [] } }, ['names: NoAddress', 'connections: NoAddress']],
    [
      'an address that is being chosen',
      { shown: { ips: [...bound, ip('rip-3', 'a3', '0.0.0.0')] } },
      ['names: GatewayNotReady', 'connections: GatewayNotReady'],
    ],
    ...['pending', 'waiting', 'updating', 'failed', 'suspended', 'deleting', 'hibernating'].map(
      (state): [string, Case, readonly string[]] => [
        `a gateway that is ${state}`,
        { shown: { lifecycle_state: state } },
        ['names: GatewayNotReady', 'connections: GatewayNotReady'],
      ],
    ),
  ])('%s', (_, given, expected) => {
    expect(asked(given)).toEqual(expected);
  });
});

describe('by the spec', () => {
  it.each<[Verify, readonly string[]]>([
    [{ dns: false }, ['names: NotProbed', `10.0.0.4:443 TLS ${kmsName}`]],
    [{ protocol: 'None' }, [kmsName, 'connections: NotProbed']],
    [{ protocol: 'TCP' }, [kmsName, '10.0.0.4:443']],
    [{ ports: [9093] }, [kmsName, '10.0.0.4:9093']],
    [{ ports: [9093, 443] }, [kmsName, '10.0.0.4:9093', `10.0.0.4:443 TLS ${kmsName}`]],
    [{ ports: [9093], protocol: 'TLS' }, [kmsName, `10.0.0.4:9093 TLS ${kmsName}`]],
  ])('%j', (verify, expected) => {
    expect(asked({ verify, shown: one, advertised: [] })).toEqual(expected);
  });

  it('ports may be named for what has none by default', () => {
    const target = { resource_type: 'private_path_service_gateway', crn: 'crn:p' };
    expect(asked({ verify: { ports: [8080] }, shown: { ...one, target } })).toContain('10.0.0.4:8080');
  });

  it('no certificate can be asked for without a name', () => {
    const shown = { ...one, service_endpoints: wildcards };
    expect(asked({ verify: { protocol: 'TLS' }, shown })).toContain('connections: NotProbed');
  });
});

const verifying = (verify: Verify): ReturnType<typeof resource> =>
  resource({ spec: { verify: { dns: true, required: false, ...verify } } });

it('asks for what the target advertises only where that decides something', () => {
  const ntp = gateway({
    target: { resource_type: 'provider_infrastructure_service', name: 'ibm-ntp-server' },
  });
  const crn = 'crn:v1:bluemix:public:databases-for-redis:us-south:a/0123:guid::';
  const database = gateway({ target: { resource_type: 'provider_cloud_service', crn } });
  expect(needsAdvertised(resource(), database)).toBe(true);
  expect(needsAdvertised(verifying({ protocol: 'TCP' }), database)).toBe(true);
  expect(needsAdvertised(verifying({ ports: [1] }), database)).toBe(false);
  expect(needsAdvertised(verifying({ protocol: 'None' }), database)).toBe(false);
  expect(needsAdvertised(resource(), gateway())).toBe(false);
  expect(needsAdvertised(resource(), ntp)).toBe(false);
});
