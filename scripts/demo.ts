import { parseArgs } from 'node:util';
import { runDemo } from '../test/demo/demo.ts';
import { ensurePage } from './page.ts';

const HELP = `Starts one source and three replicas with a writer, and a Baton that watches them.

  npm run demo                      waits, and tells where the console is; Ctrl-C ends everything
  npm run demo -- --script          goes on by itself: kills the source and shows the failover
  npm run demo -- --flavor FLAVOR   mysql97 (default), mysql56, mariadb, or sim: a simulated fleet
`;

const { values } = parseArgs({
  options: {
    script: { type: 'boolean', default: false },
    flavor: { type: 'string', default: 'mysql97' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  process.stdout.write(HELP);
} else {
  // Nobody looks at a demo that goes on by itself.
  if (!values.script) await ensurePage();
  process.exitCode = await runDemo({ flavor: values.flavor, script: values.script });
}
