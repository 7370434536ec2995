import { analysis } from './analysis.ts';
import { app } from './app.ts';
import { canvas } from './canvas.ts';
import { clusters } from './clusters.ts';
import { engine } from './engine.ts';
import { instance } from './instance.ts';
import { moves } from './moves.ts';
import { recovery } from './recovery.ts';
import { upkeep } from './upkeep.ts';

/** All texts in English, by area. */
export const en = { analysis, app, canvas, clusters, engine, instance, moves, recovery, upkeep } as const;
