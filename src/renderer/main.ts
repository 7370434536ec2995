import { applyConsoleMessage, initialConsoleState } from '../shared/contract/console.ts';
import { bridge } from './bridge.ts';
import { ClusterList } from './cluster-list.ts';
import { statusOf } from './status.ts';

const status = requiredElement('status');
const clusters = new ClusterList(requiredElement('clusters'));
let state = initialConsoleState('');

bridge.follow((message) => {
  state = applyConsoleMessage(state, message);
  const { text, tone } = statusOf(state);
  // A status that is set again is read out again.
  if (status.textContent !== text) status.textContent = text;
  document.body.dataset.tone = tone;
  document.title = `Baton — ${state.engineUrl}`;
  clusters.show(state.clusters);
});

function requiredElement(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`The page has no element with id "${id}".`);
  return element;
}
