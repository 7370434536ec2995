import type { z } from 'zod';
import type { detectionSchema, recoverySchema } from '../../../shared/contract/v2/recovery.ts';

export type Recovery = z.output<typeof recoverySchema>;
export type Detection = z.output<typeof detectionSchema>;
