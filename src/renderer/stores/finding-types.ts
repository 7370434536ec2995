import type { z } from 'zod';
import type { analysisSchema } from '../../shared/contract/v2/analysis.ts';
import type { blockedRecoverySchema } from '../../shared/contract/v2/recovery.ts';

/** What the engine finds wrong with a server. */
export type Finding = z.output<typeof analysisSchema>;
/** A failure that is not being recovered. */
export type Blocked = z.output<typeof blockedRecoverySchema>;
