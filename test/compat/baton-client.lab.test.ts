import { describe } from 'vitest';
import { BATON_CHAPTERS } from './client/chapters.ts';
import { BATON_CLIENT } from './client/drivers.ts';
import { story } from './client/story.ts';

describe("Baton's own command line, with the commands and flags of the stock client", () => {
  story(BATON_CLIENT, BATON_CHAPTERS);
});
