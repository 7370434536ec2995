import { applySettings } from '../../../src/shared/settings/apply.ts';
import { defaultSettings, type Settings } from '../../../src/shared/settings/settings.ts';

/** A configuration as an operator would write it who lets Baton recover everything. */
export function testSettings(more: Readonly<Record<string, unknown>> = {}): Settings {
  return applySettings(defaultSettings(), {
    MySQLTopologyUser: 'baton',
    MySQLTopologyPassword: 'secret',
    InstancePollSeconds: 5,
    RecoverMasterClusterFilters: ['*'],
    ...more,
  }).settings;
}
