import { expect, test } from 'vitest';
import { REACTIONS } from '../../../src/main/core/analysis/reactions.ts';
import { reactionTo } from '../../../src/renderer/pages/analysis/reaction.ts';

test.each(Object.entries(REACTIONS))('what the page says of %s is what the engine does', (code, reaction) => {
  const says = reactionTo(code);
  expect(says === 'recovers').toBe(reaction.recovery !== null);
  expect(says === 'recovers' || says === 'detects').toBe(reaction.detected);
  if (says === 'looks') expect(reaction.emergent).not.toBeNull();
  if (says === 'shows') expect(reaction.emergent).toBeNull();
});
