import type { StreamMessage } from '../../../shared/contract/v2/stream.ts';
import { keyText } from '../../../shared/domain/instance-key.ts';
import { place } from './deep-link.ts';
import { filled, type ShellTexts } from './texts/index.ts';

/** A message of the operating system; a newer one of the same subject takes the place of an older. */
export interface Notice {
  readonly subject: string;
  readonly title: string;
  readonly body: string;
  /** Where a click leads: the part of the page's address after `#`. */
  readonly to: string;
}

type Told = Extract<StreamMessage, { type: 'event' }>;

/** More at once are summed up: a room full of pop-ups is read by nobody. */
const MOST_AT_ONCE = 3;

/** What a batch of the stream is worth to be told, even to somebody who looks at something else. */
export function noticesOf(
  messages: readonly StreamMessage[],
  titleOf: (clusterName: string) => string,
  texts: ShellTexts,
): readonly Notice[] {
  const bySubject = new Map<string, Notice>();
  for (const message of messages) {
    if (message.type !== 'event') continue;
    const notice = noticeOf(message, titleOf, texts);
    if (notice !== null) bySubject.set(notice.subject, notice);
  }
  if (bySubject.size <= MOST_AT_ONCE) return [...bySubject.values()];
  const title = filled(texts.notice.several, { count: bySubject.size });
  return [{ subject: 'several', title, body: texts.notice.severalBody, to: '/problems' }];
}

function noticeOf(
  { clusterName, event }: Told,
  titleOf: (clusterName: string) => string,
  { notice }: ShellTexts,
): Notice | null {
  const cluster = titleOf(clusterName);
  const at = { subject: clusterName, to: place('cluster', clusterName) };
  switch (event.type) {
    case 'detection':
      return { ...at, title: filled(notice.detection, { code: event.code, cluster }), body: keyText(event.key) };
    case 'recovery-blocked':
      return { ...at, title: filled(notice.blocked, { code: event.code, cluster }), body: event.reason };
    case 'recovery-started': {
      const body = filled(notice.startedBody, { code: event.code, server: keyText(event.key) });
      return { ...at, title: filled(notice.started, { cluster }), body };
    }
    case 'recovery-ended': {
      const to = place('recovery', event.uid);
      if (event.outcome === 'succeeded') {
        const body = event.successor === null ? '' : filled(notice.successor, { server: keyText(event.successor) });
        return { ...at, to, title: filled(notice.succeeded, { cluster }), body };
      }
      const title = filled(notice.failed, { cluster, outcome: event.outcome });
      return { ...at, to, title, body: notice.failedBody };
    }
    case 'analysis-changed':
    case 'recovery-step':
    case 'operation-started':
    case 'operation-step':
    case 'operation-ended':
    case 'server-step':
    case 'fenced':
      return null;
  }
}
