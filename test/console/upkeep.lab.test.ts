import { upkeepFlows } from './flows/upkeep.ts';

upkeepFlows('browser');
