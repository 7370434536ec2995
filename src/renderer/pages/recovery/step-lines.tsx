import { useTranslation } from 'react-i18next';
import { engine } from '../../link/index.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { useNames } from '../../ui/names.ts';
import { EmptyState, Failure, Loading } from '../../ui/state.tsx';
import { clockText } from '../../ui/times.ts';
import { useLoaded } from '../../ui/use-loaded.ts';

/** What a recovery said of itself, line by line: also what came before and after its steps, such as the last hooks. */
export function StepLines({ uid, live }: { readonly uid: string; readonly live: string }) {
  const { t } = useTranslation('recovery');
  const names = useNames();
  const loaded = useLoaded(() => engine.call('recoverySteps', { params: { uid } }), [uid, live]);
  if (loaded.state === 'loading') return <Loading />;
  if (loaded.state === 'failed') return <Failure message={loaded.message} onRetry={loaded.reload} />;
  if (loaded.value.length === 0) return <EmptyState title={t('noLines')} hint={t('noLinesHint')} />;
  const text = loaded.value.map(({ atMs, message }) => `${clockText(atMs)} ${message}`).join('\n');
  return (
    <>
      {names.masked ? null : (
        <div className="rv-lines-tools">
          <CopyButton text={text} what={t('log')} />
        </div>
      )}
      <ol className="rv-lines" aria-label={t('log')}>
        {loaded.value.map(({ id, atMs, message }) => (
          <li key={id}>
            <span className="dim number">{clockText(atMs)}</span>
            <span className="cell-text">{names.sentence(message)}</span>
          </li>
        ))}
      </ol>
    </>
  );
}
