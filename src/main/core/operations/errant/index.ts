import type { Operations } from '../operation.ts';
import { injectErrant } from './inject-empty.ts';
import { locateErrant } from './locate.ts';
import { resetErrant } from './reset-master.ts';

export const ERRANT_OPERATIONS: Operations = {
  'locate-gtid-errant': locateErrant,
  'gtid-errant-reset-master': resetErrant,
  'gtid-errant-inject-empty': injectErrant,
};
