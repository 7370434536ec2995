import { keyText } from '../../../shared/domain/instance-key.ts';
import { engine } from '../../link/index.ts';
import { type ConnectionForm, serverOf } from './connection-form.ts';
import type { Outcome } from './discovered.tsx';
import type { TestResult } from './test-report.tsx';

/** Connects once with what the form has; nothing is kept. @throws CallError */
export async function test(form: ConnectionForm): Promise<TestResult> {
  const instance = serverOf(form);
  if (instance === null) throw new RangeError('No server is named.');
  const account = form.user === '' ? {} : { user: form.user, password: form.password };
  return await engine.call('testConnection', { body: { instance, ...account } });
}

/** Keeps the account where the form says, and has the server discovered. @throws CallError */
export async function connect(form: ConnectionForm): Promise<Outcome> {
  const key = serverOf(form);
  if (key === null) throw new RangeError('No server is named.');
  let notice = '';
  if (form.user !== '' && form.keep !== 'not') {
    const group = form.keep === 'all' ? '*' : keyText(key);
    const saved = await engine.call('setCredential', {
      params: { group },
      body: { user: form.user, password: form.password },
    });
    notice = saved.notice;
  }
  const { member } = await engine.call('discover', { body: { instance: key } });
  return { id: member.id, notice };
}
