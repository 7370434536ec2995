import { firstRunFlows } from './flows/first-run.ts';

firstRunFlows('browser');
