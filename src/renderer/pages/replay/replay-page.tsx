import { Button } from '@mantine/core';
import { IconFileSearch, IconFolderOpen } from '@tabler/icons-react';
import { type DragEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { engine } from '../../link/index.ts';
import { useOpenedFile } from '../../stores/opened-file.ts';
import { Page } from '../../ui/page.tsx';
import { EmptyState, Failure, Loading } from '../../ui/state.tsx';
import { useLoaded } from '../../ui/use-loaded.ts';
import { AboutRecording } from '../recovery/about-recording.tsx';
import { Headline } from '../recovery/headline.tsx';
import { RecordingViewer } from '../recovery/viewer/recording-viewer.tsx';
import { NotOpened, type OpenedFile, readRecording } from './open-recording.ts';
import { ReplayVerdict } from './replay-verdict.tsx';

/** A recovery file that somebody has: looked at step by step, far from the servers and in the desktop without an engine. */
export default function ReplayPage() {
  const { t } = useTranslation('recovery');
  const { file } = useOpenedFile();
  const [over, setOver] = useState(false);
  const onDrop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    const dropped = event.dataTransfer.files[0];
    if (dropped !== undefined) void take(dropped);
  };
  return (
    <section
      aria-label={t('replayTitle')}
      style={{ height: '100%' }}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false);
      }}
      onDrop={onDrop}
    >
      <Page title={t('replayTitle')} fill tools={file === null ? null : <FileTools file={file} />}>
        {file === null ? <Invitation over={over} /> : <Recording key={keyOf(file)} file={file} />}
      </Page>
    </section>
  );
}

const KEYS = new WeakMap<OpenedFile, number>();
let opened = 0;

/** The same name may be opened again with other contents. */
function keyOf(file: OpenedFile): number {
  const known = KEYS.get(file);
  if (known !== undefined) return known;
  opened += 1;
  KEYS.set(file, opened);
  return opened;
}

async function take(file: File): Promise<void> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  useOpenedFile.setState({ file: { name: file.name, bytes } });
}

function FileTools({ file }: { readonly file: OpenedFile }) {
  const { t } = useTranslation('recovery');
  return (
    <>
      <span className="dim ellipsis" title={file.name}>
        {file.name}
      </span>
      <span style={{ flex: 1 }} />
      <OpenButton variant="default" />
      <Button size="xs" variant="default" onClick={() => useOpenedFile.setState({ file: null })}>
        {t('closeFile')}
      </Button>
    </>
  );
}

function OpenButton({ variant }: { readonly variant: 'default' | 'filled' }) {
  const { t } = useTranslation('recovery');
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        hidden
        aria-label={t('openFile')}
        accept=".gz,.json,application/gzip,application/json"
        onChange={(event) => {
          const chosen = event.currentTarget.files?.[0];
          // The same file may be chosen again.
          event.currentTarget.value = '';
          if (chosen !== undefined) void take(chosen);
        }}
      />
      <Button
        size="xs"
        variant={variant}
        leftSection={<IconFolderOpen size={15} aria-hidden />}
        onClick={() => input.current?.click()}
      >
        {t('openFile')}
      </Button>
    </>
  );
}

function Invitation({ over }: { readonly over: boolean }) {
  const { t } = useTranslation('recovery');
  return (
    <div className="rv-drop" data-over={over || undefined}>
      <EmptyState
        title={over ? t('dropNow') : t('replayEmpty')}
        hint={
          <>
            {t('replayHint')} <code>baton export-recovery UID --out recovery.json.gz</code>
            <br />
            {engine.hasShell ? t('replayOffline') : t('replayByEngine')}
          </>
        }
        icon={<IconFileSearch size={28} aria-hidden />}
      >
        <OpenButton variant="filled" />
      </EmptyState>
    </div>
  );
}

function Recording({ file }: { readonly file: OpenedFile }) {
  const { t } = useTranslation('recovery');
  const loaded = useLoaded(async () => {
    try {
      return await readRecording(file);
    } catch (error) {
      if (!(error instanceof NotOpened)) throw error;
      throw new Error(error.why === 'too-large' ? t('tooLarge', { name: file.name }) : t('noEngine'));
    }
  }, [file]);
  if (loaded.state === 'loading') return <Loading />;
  if (loaded.state === 'failed') return <Failure message={loaded.message} onRetry={loaded.reload} />;
  const timeline = loaded.value;
  return (
    <>
      <Headline timeline={timeline} />
      <RecordingViewer
        timeline={timeline}
        about={
          <>
            {timeline.replay === null ? null : <ReplayVerdict replay={timeline.replay} />}
            <AboutRecording timeline={timeline} />
          </>
        }
      />
    </>
  );
}
