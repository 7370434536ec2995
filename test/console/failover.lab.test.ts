import { failoverFlows } from './flows/failover.ts';

failoverFlows('browser');
