/**
 * Real servers in replication topologies, by hand: `npm run lab -- up --flavor mysql97 --shape star`.
 * A lab lives on after this program has ended, until `down`.
 */
import { Command, InvalidArgumentError, Option } from 'commander';
import { accounts, chooseLab, down, fetchServers, nodeCommand, sql } from './cli/commands.ts';
import { listServers } from './cli/status.ts';
import { type UpOptions, up } from './cli/up.ts';
import { LAB_FLAVORS } from './servers/server-package.ts';
import { SHAPES } from './shapes.ts';

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('It has to be a whole number.');
  return Number(text);
}

function program(): Command {
  const lab = new Command('lab')
    .description(
      'Starts real MySQL and MariaDB servers in replication topologies on this machine, and plays with them.',
    )
    .showHelpAfterError('(--help lists the commands and options)');
  const nameOption = (): Option =>
    new Option('--name <name>', 'which lab; needed only when there are several').env('BATON_LAB_NAME');

  lab
    .command('up')
    .description('start a lab and leave it running')
    .addOption(new Option('--flavor <flavor>', 'server').choices([...LAB_FLAVORS]).default('mysql97'))
    .addOption(new Option('--shape <shape>', 'topology').choices([...SHAPES]).default('star'))
    .option('--replicas <count>', 'servers beside the first one (the default depends on the shape)', wholeNumber)
    .option('--no-gtid', 'replicate by file and position')
    .option('--semi-sync', 'semi-synchronous replication')
    .option('--delayed <seconds>', 'keep the last replica this far behind', wholeNumber)
    .option('--data-centers <names>', 'fill meta.cluster with these data centres in turn, such as ams,fra')
    .option('--name <name>', 'name of the lab', 'lab1')
    .action((options: UpOptions) => up(options));

  lab
    .command('status')
    .description('show the servers of one lab or of all')
    .addOption(nameOption())
    .option('--json', 'as JSON')
    .action((options: { name?: string; json?: boolean }) => listServers(options.name, options.json ?? false));

  lab
    .command('kill <node>')
    .description('end a server with SIGTERM, or with -9 as a crash would')
    .option('-9, --sigkill', 'SIGKILL')
    .addOption(nameOption())
    .action((node: string, options: { name?: string; sigkill?: boolean }) =>
      nodeCommand(options.name, node, options.sigkill ? 'sigkill' : 'sigterm'),
    );

  const simple = [
    ['freeze', 'stop all threads of a server (SIGSTOP): connections hang'],
    ['thaw', 'let a frozen server go on (SIGCONT)'],
    ['stop', 'shut a server down in order'],
    ['start', 'start a server that is down'],
    ['restart', 'shut a server down and start it again'],
  ] as const;
  for (const [command, description] of simple) {
    lab
      .command(`${command} <node>`)
      .description(description)
      .addOption(nameOption())
      .action((node: string, options: { name?: string }) => nodeCommand(options.name, node, command));
  }

  lab
    .command('sql <node> <statement>')
    .description('run SQL on a server and print the rows')
    .addOption(nameOption())
    .addOption(new Option('--as <account>', 'account').choices(['root', 'baton', 'repl', 'app']).default('root'))
    .action((node: string, statement: string, options: { name?: string; as: string }) =>
      sql(options.name, node, statement, options.as),
    );

  lab
    .command('accounts')
    .description('print the accounts with their passwords; --json for programs')
    .addOption(nameOption())
    .option('--json', 'as JSON')
    .action((options: { name?: string; json?: boolean }) => accounts(chooseLab(options.name), options.json ?? false));

  lab
    .command('down')
    .description('kill a lab and remove its files')
    .addOption(nameOption())
    .option('--all', 'every lab of this user')
    .action((options: { name?: string; all?: boolean }) => down(options.name, options.all ?? false));

  lab
    .command('fetch [flavor...]')
    .description(`put servers into the cache ahead of time (${LAB_FLAVORS.join(', ')}; all without arguments)`)
    .action((flavors: string[]) => fetchServers(flavors));
  return lab;
}

try {
  await program().parseAsync();
} catch (error) {
  process.stderr.write(`lab: ${(error as Error).message}\n`);
  process.exitCode = 1;
}
