import type { Desktop } from './desktop.ts';
import { checkAddresses } from './engine/engine-of-profile.ts';
import { importConfiguration } from './menu-performer.ts';
import { withoutCredentials } from './shell/engine-credentials.ts';
import type { ShellHandlers } from './shell/shell-calls.ts';

/** What the page may ask the program for. */
export function shellHandlers(desktop: Desktop): ShellHandlers {
  const { store, credentials, dialogs } = desktop;
  return {
    state: () => store.state,
    saveProfile: async (profile) => {
      if (profile.engine.kind === 'embedded') {
        store.save(profile);
        return store.state;
      }
      // Addresses are written to a file and shown; what is secret in them is not.
      const { api, auth } = withoutCredentials(profile.engine.api);
      checkAddresses(api);
      store.save({ ...profile, engine: { kind: 'remote', api } });
      if (auth !== '') await credentials.keep(api, auth);
      return store.state;
    },
    removeProfile: ({ id }) => {
      store.remove(id);
      return store.state;
    },
    activateProfile: ({ id }) => {
      store.profile(id);
      // After the page has its answer: it is loaded anew.
      setImmediate(() => void desktop.activate(id));
      return { ...store.state, activeProfile: id };
    },
    setEngineCredentials: async ({ profile, user, password }) => {
      const { engine } = store.profile(profile);
      if (engine.kind === 'embedded') return { kept: 'session', problem: 'The engine of this program asks for none.' };
      const keeping = await credentials.keep(engine.api, `${user}:${password}`);
      if (store.active.id === profile) setImmediate(() => void desktop.activate(profile));
      return keeping;
    },
    forgetEngineCredentials: async ({ profile }) => {
      const { engine } = store.profile(profile);
      if (engine.kind === 'remote') await credentials.forget(engine.api);
      return {};
    },
    setPreferences: (preferences) => {
      desktop.prefer(preferences, true);
      return store.state;
    },
    saveFile: async ({ suggestedName, base64 }) => {
      return { saved: await dialogs.save(suggestedName, Buffer.from(base64, 'base64')) };
    },
    importConfiguration: async () => {
      const { imported, report } = await importConfiguration(desktop);
      return { imported, report: [...report] };
    },
    readRecoveryFile: async ({ name, base64 }) => {
      // Deciding again takes all of the core, which nothing else needs before an engine is started.
      const { timelineOfRecoveryFile } = await import('./shell/recorded-timeline.ts');
      return timelineOfRecoveryFile(Buffer.from(base64, 'base64'), name);
    },
  };
}
