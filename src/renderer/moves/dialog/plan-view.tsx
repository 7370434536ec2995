import { Code, Text } from '@mantine/core';
import { IconServer } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { PlannedStep } from '../../../shared/domain/operation.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { type Names, useNames } from '../../ui/names.ts';
import { type PlannedServer, plannedServers } from '../model/planned-servers.ts';

/** The statements that would be sent, by server, in the order in which they first come. */
export function PlanView({ plan }: { readonly plan: readonly PlannedStep[] }) {
  const { t } = useTranslation('moves');
  const names = useNames();
  const servers = plannedServers(plan);
  const all = servers.map(({ server, statements }) => `-- ${names.server(server)}\n${script(statements)}`).join('\n\n');
  return (
    <section aria-label={t('dialog.plan')} className="moves-plan">
      <div className="moves-heading">
        <h3>{t('dialog.plan')}</h3>
        {servers.length > 1 && !names.masked ? <CopyButton text={all} what={t('dialog.copyAll')} /> : null}
      </div>
      {servers.length === 0 ? (
        <Text size="sm" c="dimmed">
          {t('dialog.planEmpty')}
        </Text>
      ) : (
        servers.map((one) => <ServerPlan key={one.server} planned={one} names={names} />)
      )}
    </section>
  );
}

function ServerPlan({ planned, names }: { readonly planned: PlannedServer; readonly names: Names }) {
  const { t } = useTranslation('moves');
  const server = names.server(planned.server);
  return (
    <div className="moves-server" role="group" aria-label={t('dialog.onServer', { server })}>
      <div className="moves-server-name">
        <IconServer size={14} aria-hidden />
        <span className="mono ellipsis" title={server}>
          {server}
        </span>
        {names.masked ? null : (
          <CopyButton text={script(planned.statements)} what={t('dialog.statements', { server })} />
        )}
      </div>
      <Code block className="moves-statements">
        {planned.statements.map((statement) => names.sentence(`${statement};`)).join('\n')}
      </Code>
      {planned.failures.map((failure) => (
        <Text key={failure} size="xs" c="var(--baton-trouble)">
          {names.sentence(failure)}
        </Text>
      ))}
    </div>
  );
}

function script(statements: readonly string[]): string {
  return statements.map((statement) => `${statement};`).join('\n');
}
