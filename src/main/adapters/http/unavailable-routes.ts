import { spellings } from './route-builders.ts';

/**
 * What the predecessor serves and this version of Baton doesn't (http-api reference, sections 5 and 12). These answer
 * with an error that says so, instead of a 404 that the stock client would retry for eleven seconds.
 */
const PATHS = [
  'replication-analysis-changelog',
  'grab-election',
  'reelect',
  'agents',
  'agent/:host',
  'agent-umount/:host',
  'agent-mount/:host',
  'agent-create-snapshot/:host',
  'agent-removelv/:host',
  'agent-mysql-stop/:host',
  'agent-mysql-start/:host',
  'agent-seed/:targetHost/:sourceHost',
  'agent-active-seeds/:host',
  'agent-recent-seeds/:host',
  'agent-seed-details/:seedId',
  'agent-seed-states/:seedId',
  'agent-abort-seed/:seedId',
  'agent-custom-command/:host/:command',
  'seeds',
] as const;

export const UNAVAILABLE_ROUTES: readonly string[] = PATHS.flatMap(spellings);
