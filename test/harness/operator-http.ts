/** What a running operator serves on its HTTP port: `/healthz`, `/readyz`, `/metrics`. */
import { until } from '../lib/until.ts';
import type { OperatorProcess } from './operator-process.ts';

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

/** Waits for the operator to say which port it has got. */
export async function ask(operator: Pick<OperatorProcess, 'output'>, path: string): Promise<HttpAnswer> {
  const port = await until(async () => /"httpPort":(\d+)/.exec(await operator.output())?.[1], {
    what: 'the operator says its HTTP port',
  });
  const response = await fetch(`http://127.0.0.1:${port}${path}`);
  return { status: response.status, body: await response.text() };
}
