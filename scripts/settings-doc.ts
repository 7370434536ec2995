import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { SettingDefinition, SettingStatus } from '../src/shared/settings/definition.ts';
import { definitionOf, SETTING_NAMES } from '../src/shared/settings/table.ts';

const TARGET = fileURLToPath(new URL('../docs/configuration.md', import.meta.url));

const HEADINGS: Readonly<Record<SettingStatus, string>> = {
  used: 'Used',
  'not-used-yet': 'Accepted, not used yet',
  ignored: 'Ignored on purpose',
};

const INTRODUCTION = `# Configuration

Baton reads orchestrator's JSON configuration: the file named with \`--config\`, or else those that exist of
\`/etc/orchestrator.conf.json\`, \`conf/orchestrator.conf.json\` and \`orchestrator.conf.json\`, later ones over earlier ones: values
and lists replace, the entries of \`ClusterNameToAlias\` are added. Names that begin with \`Baton\` are Baton's own.

| command | what it does | exit code |
|---|---|---|
| \`baton config check [FILE]\` | says what is wrong, or worth knowing: unknown names with the nearest known one, wrong types with line and column, contradictions, what keeps Baton from failing over. With \`--api URL\` it also matches the cluster filters with the clusters that an engine knows | 0 when Baton starts with it, else 2 |
| \`baton config show [FILE]\` | the values in force and where each comes from, secrets masked; \`--all\`, \`--json\` | 0, or 2 |
| \`baton config import FILE\` | writes a configuration without plain-text passwords: \`--to keychain\` (the default where one can be used) makes \`\${keychain:NAME}\` of them and stores them there, \`--to environment\` makes \`\${NAME}\` of them and writes \`baton.env\` for the service manager, \`--to file\` puts that of MySQL into a credentials file. New files are readable by their owner only, the old one stays as it is, and nothing is written that would not mean the same | 0, 1 when nothing was written, 2 |
| \`baton dump-config\` | the values in force as one line of JSON, secrets masked | 0, or 2 |
| \`baton reload-configuration\` | has a running engine read its files again | 0, or 1 when it refused |

## Passwords

\`MySQLTopologyPassword\` may hold \`\${NAME}\`, which stands for an environment variable; so may every other password and token, when
\`\${NAME}\` is all of it. \`MySQLTopologyCredentialsConfigFile\` names a file whose section \`[client]\` has \`user\` and \`password\`; it
outranks both settings, and its password may be \`\${NAME}\` too. Hooks don't see variables that hold one of these passwords.
\`\${keychain:NAME}\` stands for a secret in the operating system's keychain, in every password and token; [credentials.md](credentials.md)
says how, and how groups of servers get accounts of their own.

## Reloading

\`SIGHUP\`, \`/api/reload-configuration[?config=FILE]\` and \`baton reload-configuration\` read the files of the start again, in the same
order, over the current values: a name that is gone from a file keeps its value until the next start. What can't change while Baton
runs, marked *restart* below, keeps its old value until then, and the answer names it. A file that can't be used changes nothing, and
the answer says why. A new MySQL password is used for new connections.

This page is made from the settings table in \`src/shared/settings/table\` by \`scripts/settings-doc.ts\`.
`;

/** The reference page of all settings, as text. */
export function settingsPage(): string {
  const sections = (Object.keys(HEADINGS) as SettingStatus[]).map((status) => {
    const names = SETTING_NAMES.filter((name) => definitionOf(name).status === status);
    const rows = names.map((name) => row(name, definitionOf(name)));
    const columns =
      status === 'ignored'
        ? '| name | type | why |\n|---|---|---|'
        : '| name | type | default | change | meaning |\n|---|---|---|---|---|';
    return `## ${HEADINGS[status]}\n\n${columns}\n${rows.join('\n')}\n`;
  });
  return `${INTRODUCTION}\n${sections.join('\n')}`;
}

function row(name: string, definition: SettingDefinition): string {
  const { type, status, doc, reason = '', unit } = definition;
  if (status === 'ignored') return `| \`${name}\` | ${type} | ${cell(reason === '' ? doc : reason)} |`;
  const value = JSON.stringify(definition.default);
  const withUnit = unit === undefined ? doc : `${doc} In ${unit}.`;
  const change = definition.reloadable ? 'at once' : 'restart';
  return `| \`${name}\` | ${type} | \`${cell(value)}\` | ${change} | ${cell(withUnit)} |`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(TARGET, settingsPage());
