/** Bodies of the Private Path operations (vpc-endpoint-gateways §1.8). */
import type { Schema } from '../../validation.ts';
import { closed, flag, identity, idOnly, letterName } from '../schemas.ts';

const accessPolicy: Schema = { type: 'string', enum: ['deny', 'permit', 'review'] };
const account = closed(
  { id: { type: 'string', pattern: '^[0-9a-f]{32}$', ibmCode: { pattern: 'invalid_id_format' } } },
  { required: ['id'] },
);
const domainName: Schema = {
  type: 'string',
  maxLength: 253,
  pattern: '^([a-zA-Z0-9_]([-a-zA-Z0-9_]*[a-zA-Z0-9])?\\.)+[a-zA-Z]{2,}$',
};

const changeable = {
  default_access_policy: accessPolicy,
  load_balancer: identity,
  name: letterName,
  zonal_affinity: flag,
};

export const privatePathPrototype = closed(
  {
    ...changeable,
    service_endpoints: { type: 'array', items: domainName, minItems: 1, uniqueItems: true },
    resource_group: idOnly,
  },
  { required: ['load_balancer', 'service_endpoints'] },
);

export const privatePathPatch = closed(changeable);

export const accountPolicyPrototype = closed(
  { access_policy: accessPolicy, account },
  { required: ['access_policy', 'account'] },
);

export const accountPolicyPatch = closed({ access_policy: accessPolicy });

/** Of permit and deny; a request may come without it. */
export const decision: Schema = { ...closed({ set_account_policy: flag }), type: ['object', 'null'] };

export const revocation = closed({ account }, { required: ['account'] });
