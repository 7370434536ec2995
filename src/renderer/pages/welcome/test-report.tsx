import { Alert, Button, Text } from '@mantine/core';
import { IconRadar2 } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { z } from 'zod';
import type { connectionTestSchema } from '../../../shared/contract/v2/connection.ts';
import { keyText } from '../../../shared/domain/instance-key.ts';
import { StateBadge } from '../../ui/badges.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Fact, Facts } from '../../ui/facts.tsx';
import { useNames } from '../../ui/names.ts';
import { Loading } from '../../ui/state.tsx';

export type TestResult = z.output<typeof connectionTestSchema>;

/** What came of connecting: why it can't be used, or what was found and which grants are missing. */
export function TestReport({
  result,
  testing,
  discovering,
  onDiscover,
}: {
  /** Null before the first test. */
  readonly result: TestResult | null;
  readonly testing: boolean;
  readonly discovering: boolean;
  onDiscover(): void;
}) {
  const { t } = useTranslation('engine');
  const names = useNames();
  if (testing) return <Loading />;
  if (result === null) {
    return (
      <Text size="sm" c="dimmed">
        {t('welcome.untested')}
      </Text>
    );
  }
  const { problem, server, missingPrivileges, warnings, latencyMs, user } = result;
  return (
    <>
      {problem === null ? null : (
        <Alert color="red" title={t(`welcome.kind.${problem.kind}`)} mb="sm" role="alert">
          {names.sentence(problem.message)}
        </Alert>
      )}
      {server === null ? null : (
        <>
          <StateBadge severity="ok">
            {t('welcome.reached', { flavor: server.flavor, version: names.version(server.version) })}
          </StateBadge>{' '}
          <span className="dim">{t('welcome.latency', { ms: Math.round(latencyMs), user: names.word(user) })}</span>
          <ServerFacts server={server} />
        </>
      )}
      {result.ok ? <Grants missing={missingPrivileges} /> : null}
      {warnings.length === 0 ? null : (
        <Alert color="orange" title={t('welcome.warnings')} mb="sm">
          {warnings.map((one) => (
            <div key={one}>{names.sentence(one)}</div>
          ))}
        </Alert>
      )}
      {result.ok ? (
        <Button loading={discovering} leftSection={<IconRadar2 size={14} aria-hidden />} onClick={onDiscover}>
          {t(missingPrivileges.length === 0 ? 'welcome.discover' : 'welcome.anyway')}
        </Button>
      ) : null}
    </>
  );
}

function ServerFacts({ server }: { readonly server: NonNullable<TestResult['server']> }) {
  const { t } = useTranslation('engine');
  const { t: tApp } = useTranslation('app');
  const names = useNames();
  const yes = (on: boolean) => tApp(on ? 'yes' : 'no');
  const keys = (all: TestResult['key'][]) =>
    all.length === 0 ? tApp('none') : all.map((key) => names.server(keyText(key))).join(', ');
  return (
    <Facts>
      <Fact label={t('welcome.fact.source')}>{keys(server.source === null ? [] : [server.source])}</Fact>
      <Fact label={t('welcome.fact.replicas')}>{keys([...server.replicas])}</Fact>
      {server.groupMembers.length === 0 ? null : (
        <Fact label={t('welcome.fact.group')}>{keys([...server.groupMembers])}</Fact>
      )}
      <Fact label={t('welcome.fact.gtid')}>{server.gtidMode === '' ? tApp('none') : server.gtidMode}</Fact>
      <Fact label={t('welcome.fact.binlog')}>{yes(server.logBin)}</Fact>
      <Fact label={t('welcome.fact.logReplicaUpdates')}>{yes(server.logReplicaUpdates)}</Fact>
      <Fact label={t('welcome.fact.readOnly')}>{yes(server.readOnly)}</Fact>
      <Fact label={t('welcome.fact.semiSync')}>{yes(server.semiSync)}</Fact>
    </Facts>
  );
}

function Grants({ missing }: { readonly missing: TestResult['missingPrivileges'] }) {
  const { t } = useTranslation('engine');
  const names = useNames();
  if (missing.length === 0) {
    return (
      <Text size="sm" mb="sm">
        {t('welcome.noneMissing')}
      </Text>
    );
  }
  const statements = [...new Set(missing.map(({ statement }) => statement))];
  return (
    <Alert color="orange" title={t('welcome.missing')} mb="sm">
      <Text size="sm">{t('welcome.missingHint')}</Text>
      {missing.map(({ meaning, statement }) => (
        <div key={`${meaning} ${statement}`} className="welcome-grant">
          <div>{meaning}</div>
          <code className="mono">{names.sentence(statement)}</code> <CopyButton text={statement} what={meaning} />
        </div>
      ))}
      {t('welcome.copyAll')} <CopyButton text={statements.map((one) => `${one};`.replace(/;;$/, ';')).join('\n')} />
    </Alert>
  );
}
