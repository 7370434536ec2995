import type { InstanceFacts } from '../../../../shared/domain/instance.ts';

/** What became of one move. */
export type Moved =
  | { readonly state: 'done'; readonly facts: InstanceFacts }
  /** `refused`: nothing was touched; `undone`: as it was before; `left`: see the reason. */
  | { readonly state: 'refused' | 'undone' | 'left'; readonly reason: string };
