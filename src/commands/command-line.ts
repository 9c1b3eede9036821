/** What the program can be asked for: commands, options and their help. */
import { Command } from 'commander';
import type { PlanOptions } from './plan-command.ts';
import type { TargetsOptions } from './targets-command.ts';

export interface Commands {
  operate(configPath: string | undefined): Promise<void>;
  targets(options: TargetsOptions): Promise<void>;
  plan(options: PlanOptions): Promise<void>;
}

/** Throws a CommanderError when the command line is wrong, and after the help. */
export function commandLine(version: string, commands: Commands): Command {
  const program = new Command('vpe-operator')
    .description(
      "Keeps an IBM Cloud account's private connectivity as Kubernetes objects. Without a command it runs the operator.",
    )
    .version(version)
    .option('--config <path>', 'configuration file (default: $VPE_OPERATOR_CONFIG)')
    .helpCommand(true)
    .exitOverride()
    .action(async ({ config }: { config?: string }) => commands.operate(config));
  addTargets(program, commands);
  addPlan(program, commands);
  return program;
}

function addTargets(program: Command, { targets }: Pick<Commands, 'targets'>): void {
  program
    .command('targets')
    .summary('list what endpoint gateways can lead to')
    .description(
      'Lists what an endpoint gateway of a region can lead to: the services of the catalogue, the service instances ' +
        'of the account, and the services of the infrastructure. NAME goes into spec.target.service.name; of a ' +
        'service with several lines, the host name of one goes into spec.target.service.endpoint. ibm-ntp-server ' +
        'goes into spec.target.infrastructure. Targets of other accounts are listed nowhere: give their CRN in ' +
        'spec.target.crn.',
    )
    .requiredOption('--region <region>', 'region of the VPC, such as us-south')
    .option('--account <name>', 'account, by its name in the configuration', 'default')
    .option(
      '--json',
      'print a JSON array with the fields of `ibmcloud is endpoint-gateway-targets --output json`',
    )
    .addHelpText(
      'after',
      exitCodesText([
        '0  listed',
        '1  IBM Cloud does not answer, or refuses',
        '2  wrong usage or configuration',
      ]),
    )
    .action(async (_: unknown, command: Command) => targets(command.optsWithGlobals<TargetsOptions>()));
}

function addPlan(program: Command, { plan }: Pick<Commands, 'plan'>): void {
  program
    .command('plan')
    .summary('show what the operator would do about a file of manifests')
    .description(
      'Shows what the operator would do about a file of manifests that need not be applied yet. The API server ' +
        'defaults and validates each object in a dry run, with the credentials of the kubeconfig ($KUBECONFIG); IBM ' +
        'Cloud is read with those of the configuration. Nothing is written to either. Each object is planned for ' +
        "itself. As for the operator, the namespace of the kubeconfig's context is the one that an account is open " +
        'to unless the configuration says otherwise.',
    )
    .requiredOption('-f, --filename <path>', 'file of manifests, YAML or JSON; - is standard input')
    .option('-n, --namespace <name>', "of objects that name none (default: that of the kubeconfig's context)")
    .option(
      '--json',
      'print a JSON object; its items have kind, namespace, name, result, reason, messages, actions',
    )
    .addHelpText(
      'after',
      exitCodesText([
        '0  nothing to do',
        '1  something stands in the way of an object, or the cluster or IBM Cloud does not answer',
        '2  wrong usage or configuration, or an invalid file',
        '3  something to do, or to wait for',
        'Of several objects, the first of 2, 1, 3 and 0 that one of them comes to.',
      ]),
    )
    .action(async (_: unknown, command: Command) => plan(command.optsWithGlobals<PlanOptions>()));
}

function exitCodesText(lines: readonly string[]): string {
  return `\nExit codes:\n${lines.map((line) => `  ${line}\n`).join('')}`;
}
