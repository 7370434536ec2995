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
\`/etc/orchestrator.conf.json\`, \`conf/orchestrator.conf.json\` and \`orchestrator.conf.json\`, later ones over earlier ones. Passwords may
be \`\${NAME}\`, which stands for an environment variable. Unknown names are told with the nearest known one; values of a wrong
type end the start, with line and column. Names that begin with \`Baton\` are Baton's own.

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
        : '| name | type | default | meaning |\n|---|---|---|---|';
    return `## ${HEADINGS[status]}\n\n${columns}\n${rows.join('\n')}\n`;
  });
  return `${INTRODUCTION}\n${sections.join('\n')}`;
}

function row(name: string, definition: SettingDefinition): string {
  const { type, status, doc, reason = '', unit } = definition;
  if (status === 'ignored') return `| \`${name}\` | ${type} | ${cell(reason === '' ? doc : reason)} |`;
  const value = JSON.stringify(definition.default);
  const withUnit = unit === undefined ? doc : `${doc} In ${unit}.`;
  return `| \`${name}\` | ${type} | \`${cell(value)}\` | ${cell(withUnit)} |`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(TARGET, settingsPage());
