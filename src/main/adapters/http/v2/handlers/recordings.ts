import type { V2Handler } from '../handler.ts';
import { ProblemError } from '../problem.ts';
import { timelineView } from '../timeline-view.ts';

/** Only the node that ran it has its log. */
export const recoveryTimeline: V2Handler<'recoveryTimeline'> = ({ engine }, { parameters }) => {
  const recorded = engine.timeline(parameters.uid);
  if (recorded !== null) return timelineView(recorded);
  throw new ProblemError(
    404,
    'unknown-recovery',
    `This node has no log of ${parameters.uid} from which it could be shown step by step: another node ran it, it was ` +
      'recorded by a Baton that kept none, or its log has been cleaned up.',
  );
};

export const replay: V2Handler<'replay'> = ({ engine }, { body }) =>
  timelineView(engine.timelineOfFile(Buffer.from(body.base64, 'base64'), body.name ?? 'The file'));
