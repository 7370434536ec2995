import { topologyFlows } from './flows/topology.ts';

topologyFlows('browser');
