import { type Loaded, useLoaded } from '../../ui/use-loaded.ts';
import { type ActionRequest, isComplete } from './requests.ts';
import { type Outcome, planRequest } from './run-request.ts';

/** What an action would do, asked anew whenever it changes; null where there is no dry run. */
export function usePlan(request: ActionRequest): Loaded<Outcome | null> & { readonly reload: () => void } {
  const text = JSON.stringify(request);
  const loaded = useLoaded(
    async () => ({ text, plan: isComplete(request) ? await planRequest(request) : null }),
    [text],
  );
  const { reload } = loaded;
  if (loaded.state !== 'loaded') return loaded;
  // What was planned for another one, a letter ago, is no plan for this one.
  if (loaded.value.text !== text) return { state: 'loading', reload };
  return { state: 'loaded', value: loaded.value.plan, reload };
}
