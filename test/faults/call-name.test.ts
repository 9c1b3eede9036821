import { describe, expect, it } from '@jest/globals';

import { cloudCallName, kubeCallName } from './call-name.ts';
import { applyPatch, exchangeOf } from './exchanges.ts';

const collection = '/apis/vpe-operator.io/v1alpha1/namespaces/lane-1/endpointgateways';
const intent = { name: 'vpe-a', time: '2026-11-21T12:00:00.000Z' };

describe('the name of a call to the API server', () => {
  it.each<[string, Parameters<typeof exchangeOf>]>([
    ['list endpointgateways', [`GET ${collection}?limit=500`]],
    ['watch endpointgateways', [`GET ${collection}?watch=true`]],
    ['list endpointgateways', ['GET /apis/vpe-operator.io/v1alpha1/endpointgateways']],
    ['get endpointgateways', [`GET ${collection}/gw`]],
    ['patch endpointgateways', [`PATCH ${collection}/gw`, { contentType: 'application/json-patch+json' }]],
    [
      'apply endpointgateways/status',
      [`PATCH ${collection}/gw/status`, { contentType: applyPatch, body: { status: { state: 'Stable' } } }],
    ],
    [
      'apply endpointgateways/status [intent]',
      [
        `PATCH ${collection}/gw/status`,
        { contentType: applyPatch, body: { status: { createIntent: intent } } },
      ],
    ],
    [
      'apply endpointgateways/status [recreate]',
      [
        `PATCH ${collection}/gw/status`,
        { contentType: applyPatch, body: { status: { id: 'r006-old', recreate: { id: 'r006-old' } } } },
      ],
    ],
    [
      'apply endpointgateways/status [intent]',
      [
        `PATCH ${collection}/gw/status`,
        { contentType: applyPatch, body: { status: { createIntent: intent, recreate: { id: 'r006-old' } } } },
      ],
    ],
    ['get leases', ['GET /apis/coordination.k8s.io/v1/namespaces/system/leases/vpe-operator']],
    ['update leases', ['PUT /apis/coordination.k8s.io/v1/namespaces/system/leases/vpe-operator']],
    ['create leases', ['POST /apis/coordination.k8s.io/v1/namespaces/system/leases']],
    [
      'create events [Succeeded]',
      ['POST /apis/events.k8s.io/v1/namespaces/lane-1/events', { body: { reason: 'Succeeded' } }],
    ],
    ['patch events', ['PATCH /apis/events.k8s.io/v1/namespaces/lane-1/events/gw.1', { body: {} }]],
    ['get namespaces', ['GET /api/v1/namespaces/kube-system']],
  ])('is %s', (name, given) => {
    expect(kubeCallName(exchangeOf(...given))).toBe(name);
  });
});

describe('the name of a call to the cloud', () => {
  const id = 'r006-0a1b2c3d-0a1b-4c3d-8e9f-0a1b2c3d4e5f';
  const zonalID = '0717-0a1b2c3d-0a1b-4c3d-8e9f-0a1b2c3d4e5f';
  it.each<[string, string]>([
    ['GET endpoint_gateways', 'GET /v1/endpoint_gateways?limit=100'],
    ['GET endpoint_gateways [next page]', 'GET /v1/endpoint_gateways?limit=100&start=abc'],
    ['GET endpoint_gateways/:id', `GET /v1/endpoint_gateways/${id}`],
    ['DELETE endpoint_gateways/:id/ips/:id', `DELETE /v1/endpoint_gateways/${id}/ips/${zonalID}`],
    ['PUT security_groups/:id/targets/:id', `PUT /v1/security_groups/${id}/targets/${id}`],
    ['POST tags/attach', 'POST /v3/tags/attach?tag_type=user'],
    ['POST token', 'POST /identity/token'],
    ['POST resources/search', 'POST /v3/resources/search?limit=100'],
    ['GET objects', 'GET /api/v1-beta/objects?kind=vpe'],
    ['GET resource_groups', 'GET /v2/resource_groups?account_id=1'],
    ['GET resource_instances/:id', `GET /v2/resource_instances/${id.slice('r006-'.length)}`],
    ['GET resource_instances/:id', 'GET /v2/resource_instances/crn%3Av1%3Abluemix%3Apublic%3Akms%3Aus-south'],
    ['GET instance/policies', 'GET /api/v2/instance/policies?policy=allowedNetwork'],
  ])('is %s', (name, line) => {
    expect(cloudCallName(exchangeOf(line))).toBe(name);
  });

  it('says the side, where a service has two of one path', () => {
    const exchange = exchangeOf('PUT /api/v2/instance/policies');
    expect(cloudCallName({ ...exchange, side: 'private' })).toBe('PUT instance/policies [private]');
  });
});
