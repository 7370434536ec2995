import type { z } from 'zod';
import type { timelineSchema } from '../../../shared/contract/v2/timeline.ts';
import { timelineView } from '../../adapters/http/v2/timeline-view.ts';
import { unpackRecovery } from '../../adapters/recovery-file/recovery-archive.ts';
import { timelineOfFile } from '../../engine/services/recovery-timeline.ts';

/**
 * A recovery file step by step, for a page whose engine is away.
 * @param name of the file, for messages
 * @throws BatonError when it is no recovery file, damaged, or one of another version
 */
export function timelineOfRecoveryFile(bytes: Uint8Array, name: string): z.input<typeof timelineSchema> {
  return timelineView(timelineOfFile(unpackRecovery(bytes, name), name));
}
