import { afterAll, describe } from 'vitest';
import { failoverFlows } from './flows/failover.ts';
import { firstRunFlows } from './flows/first-run.ts';
import { topologyFlows } from './flows/topology.ts';
import { upkeepFlows } from './flows/upkeep.ts';
import { desktopLab } from './stage/console-desktop.ts';

// What people do in a browser, in the desktop program: the same flows in a real Electron.
const lab = await desktopLab();

afterAll(() => lab?.stop());

describe.skipIf(lab === null)('in the desktop program', () => {
  describe('first run', () => firstRunFlows('electron'));
  describe('topology', () => topologyFlows('electron'));
  describe('failover', () => failoverFlows('electron'));
  describe('upkeep', () => upkeepFlows('electron'));
});
