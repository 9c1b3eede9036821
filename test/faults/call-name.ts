/**
 * Names for calls that stay the same from run to run: what is called, without ids. Of Kubernetes in the words of
 * RBAC (`apply endpointgateways/status`), of the cloud as method and path.
 */
import type { Exchange } from './proxy.ts';

export function kubeCallName(exchange: Exchange): string {
  const { resource, isOne } = kubeResourceOf(exchange.path);
  const detail = detailOf(exchange);
  return `${verbOf(exchange, isOne)} ${resource}${detail === undefined ? '' : ` [${detail}]`}`;
}

/** `/apis/<group>/<version>/namespaces/<namespace>/<plural>/<name>/<subresource>`, or the core group's `/api`. */
function kubeResourceOf(path: string): { readonly resource: string; readonly isOne: boolean } {
  const [root, ...rest] = path.split('/').slice(1);
  const parts = rest.slice(root === 'api' ? 1 : 2);
  const [plural = '', name, subresource] =
    parts[0] === 'namespaces' && parts.length > 2 ? parts.slice(2) : parts;
  return {
    resource: subresource === undefined ? plural : `${plural}/${subresource}`,
    isOne: name !== undefined,
  };
}

function verbOf({ method, query, contentType }: Exchange, isOne: boolean): string {
  switch (method) {
    case 'GET':
      return isOne ? 'get' : query.get('watch') === 'true' ? 'watch' : 'list';
    case 'POST':
      return 'create';
    case 'PUT':
      return 'update';
    default:
      return contentType.startsWith('application/apply-patch') ? 'apply' : 'patch';
  }
}

/** What tells writes of one kind apart: what is intended, and the reason of an event. */
function detailOf({ path, method, body }: Exchange): string | undefined {
  if (path.endsWith('/status')) {
    return intentIn(body);
  }
  return method === 'POST' && path.endsWith('/events')
    ? (JSON.parse(body) as { reason?: string }).reason
    : undefined;
}

function intentIn(body: string): string | undefined {
  const { status } = JSON.parse(body) as { status?: Readonly<Record<string, unknown>> };
  if (status?.['createIntent'] !== undefined) {
    return 'intent';
  }
  if (status?.['change'] !== undefined) {
    return 'change';
  }
  return status?.['recreate'] === undefined ? undefined : 'recreate';
}

const idPattern = /^((r\d{3}-|\d{4}-)?[0-9a-f]{8}-[0-9a-f-]{27}|crn(:|%3A).*)$/;

/** `/v1/` of the VPC API, `/api/v1-beta/` of the catalogue, `/api/v2/` of key management, `/identity/` of IAM. */
const version = /^\/(api\/)?[^/]+\//;

export function cloudCallName({ method, path, query, side }: Exchange): string {
  const parts = path.replace(version, '').split('/');
  const start = query.has('start') ? ' [next page]' : '';
  const end = side === undefined ? '' : ` [${side}]`;
  return `${method} ${parts.map((part) => (idPattern.test(part) ? ':id' : part)).join('/')}${start}${end}`;
}
