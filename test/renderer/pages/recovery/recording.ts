import { readFileSync } from 'node:fs';
import { timelineView } from '../../../../src/main/adapters/http/v2/timeline-view.ts';
import { unpackRecovery } from '../../../../src/main/adapters/recovery-file/recovery-archive.ts';
import { timelineOfFile } from '../../../../src/main/engine/services/recovery-timeline.ts';
import { type RecoveryTimeline, timelineSchema } from '../../../../src/shared/contract/v2/timeline.ts';

/** A recording of real servers, as a page gets it. */
export function recordedTimeline(scene: string): RecoveryTimeline {
  const bytes = readFileSync(new URL(`../../../replay/${scene}.json.gz`, import.meta.url));
  return timelineSchema.parse(timelineView(timelineOfFile(unpackRecovery(bytes, scene), scene)));
}
