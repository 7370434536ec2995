import type { BinlogEvent, ServerQuestion } from '../../../src/shared/domain/question.ts';
import { binaryLogs, eventsOfFile, gtidsBefore, relayEvents } from './events.ts';
import { mariaText } from './gtid-set.ts';
import type { SimServer } from './server.ts';
import { Refusal } from './statements.ts';
import { fileNumber } from './transaction.ts';

/**
 * What a server says when it is asked.
 * @throws Refusal
 */
export function answerTo(server: SimServer, question: ServerQuestion): unknown {
  switch (question.kind) {
    case 'binary-logs':
      return binaryLogs(server.base, server.log, server.firstFile, server.file, server.position);
    case 'binlog-events': {
      const { file, position } = question.from;
      const number = fileNumber(server.base, file);
      if (!(number >= server.firstFile && number <= server.file))
        throw new Refusal(`Could not find target log: ${file}`);
      const events = eventsOfFile(
        server.base,
        server.serverId,
        server.log,
        number,
        number === server.file,
        gtidsBefore(server.purged, server.log, number),
      );
      const first = events.findIndex((each) => each.at.position >= position);
      const isBoundary =
        position <= 4 || events.some((each) => each.at.position === position || each.endPosition === position);
      if (!isBoundary) throw new Refusal('Wrong offset or I/O error');
      return page(events, first, 0, question.limit);
    }
    case 'relaylog-events': {
      const { channel } = server;
      const { file, position } = question.from;
      if (channel === null || file !== channel.relayName) throw new Refusal(`Could not find target log: ${file}`);
      const events = relayEvents(file, channel.relay);
      return page(
        events,
        events.findIndex((each) => each.at.position >= position),
        question.skip,
        question.limit,
      );
    }
    case 'write-blockers':
    case 'locked-tables':
    case 'long-queries':
      return [];
    case 'sessions':
      return server.sessions;
    case 'last-write':
      return {
        readOnly: server.readOnly,
        gtidExecuted: server.kind === 'MariaDB' ? mariaText(server.currentPosition) : server.executed.text(),
      };
    case 'statements':
      return question.actions.map((action) => action.kind);
  }
}

function page(events: readonly BinlogEvent[], first: number, skip: number, limit: number): readonly BinlogEvent[] {
  return first < 0 ? [] : events.slice(first + skip, first + skip + limit);
}
