import { expect, test } from 'vitest';
import { noticesOf } from '../../../src/main/desktop/shell/notices.ts';
import { textsOf } from '../../../src/main/desktop/shell/texts/index.ts';
import { trayModel } from '../../../src/main/desktop/shell/tray-model.ts';
import { cluster, delta, EVENTS, told } from '../support/stream-messages.ts';

const titleOf = (name: string) => (name === 'db1:3306' ? 'payments' : name);
const EN = textsOf('en');
const of = (...events: Parameters<typeof told>[1][]) =>
  noticesOf(
    events.map((event) => told('db1:3306', event)),
    titleOf,
    EN,
  );

test('tells a failure, and leads to its cluster', () => {
  expect(of(EVENTS.detection)).toEqual([
    { subject: 'db1:3306', title: 'DeadMaster in payments', body: 'db1:3306', to: '/cluster/db1%3A3306' },
  ]);
});

test('of what happened to a cluster at once, tells the last', () => {
  expect(of(EVENTS.detection, EVENTS.started, EVENTS.ended)).toEqual([
    { subject: 'db1:3306', title: 'payments is recovered', body: 'New master: db2:3306', to: '/recovery/u1' },
  ]);
});

test.each([
  [EVENTS.started, 'Recovering payments', 'DeadMaster at db1:3306'],
  [EVENTS.blocked, 'DeadMaster in payments is not being recovered', 'global recoveries are off'],
  [
    { ...EVENTS.ended, outcome: 'failed', successor: null },
    'The recovery of payments ended: failed',
    EN.notice.failedBody,
  ],
])('tells %j', (event, title, body) => {
  expect(of(event)).toMatchObject([{ title, body }]);
});

test('says nothing of what only changes a picture', () => {
  const step = told('db1:3306', { type: 'recovery-step', atMs: 1, uid: 'u1', message: 'x' });
  expect(noticesOf([delta('1', cluster('a'), []), step], titleOf, EN)).toEqual([]);
});

test('sums up what nobody could read', () => {
  const messages = ['a', 'b', 'c', 'd'].map((name) => told(name, EVENTS.detection));
  expect(noticesOf(messages, titleOf, EN)).toEqual([
    { subject: 'several', title: '4 failures and recoveries', body: EN.notice.severalBody, to: '/problems' },
  ]);
  expect(noticesOf(messages, titleOf, textsOf('zh'))).toMatchObject([{ title: '4 条故障与恢复消息' }]);
});

const CONNECTED = { state: 'connected', engine: '' } as const;
const LOST = { state: 'lost', engine: '', cause: 'closed', reason: '', heardMs: 1 } as const;

test.each([
  [CONNECTED, 0, 'Baton: no problems', '0', 0],
  [CONNECTED, 1, 'Baton: one server with a problem', '1', 1],
  [CONNECTED, 9, 'Baton: 9 servers with a problem', '9', 9],
  [CONNECTED, 10, 'Baton: 10 servers with a problem', 'many', 10],
  [LOST, 3, 'Baton: no connection to the engine', 'lost', 0],
  [{ state: 'connecting', engine: '' } as const, 0, 'Baton', '0', 0],
])('the tray with %j and %i problems', (link, problems, tooltip, picture, count) => {
  expect(trayModel(link, problems, EN)).toEqual({ tooltip, picture, count });
});
