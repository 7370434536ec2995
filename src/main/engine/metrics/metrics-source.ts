import type { MetricsSource } from '../ports/metrics.ts';
import type { Clock } from '../ports/runtime.ts';
import type { Engine } from '../services/engine.ts';
import { fleetFamilies } from './fleet-families.ts';
import { instanceFamilies } from './instance-families.ts';
import { recoveryFamilies } from './recovery-families.ts';
import { workFamilies } from './work-families.ts';

/** All that an engine measures; values are read when somebody asks. */
export function metricsSource(engine: Engine, clock: Clock): MetricsSource {
  return {
    families: [
      ...fleetFamilies(engine, clock),
      ...workFamilies(engine.measurements),
      ...recoveryFamilies(engine),
      ...instanceFamilies(engine, clock),
    ],
    listen: (listener) => engine.measurements.listen(listener),
  };
}
