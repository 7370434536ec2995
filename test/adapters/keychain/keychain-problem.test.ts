import { describe, expect, it } from 'vitest';
import { notLoaded, refusedBy } from '../../../src/main/adapters/keychain/keychain-problem.ts';

describe('why the keychain can not be used', () => {
  // What libsecret, D-Bus, macOS and Windows say.
  it.each([
    ['Cannot create an item in a locked collection', 'locked'],
    ['Prompt was dismissed', 'locked'],
    ['User interaction is not allowed.', 'locked'],
    ['The name org.freedesktop.secrets was not provided by any .service files', 'no-service'],
    ['Could not connect: No such file or directory', 'no-service'],
    ['The given address is empty', 'no-service'],
    ['Cannot autolaunch D-Bus without X11 $DISPLAY', 'no-service'],
    ['A specified logon session does not exist. It may already have been terminated.', 'locked'],
    ['The stub received bad data.', 'refused'],
  ])('%s: %s', (said, problem) => {
    const error = refusedBy(said);
    expect(error.problem).toBe(problem);
    expect(error.hint).not.toBe('');
  });

  it('names what is to be installed', () => {
    const said = 'libsecret-1.so.0: cannot open shared object file: No such file or directory';
    const error = notLoaded(said, 'linux-x64');
    expect(error).toMatchObject({ problem: 'library', message: expect.stringContaining('lacks libsecret-1.so.0') });
    expect(error.hint).toContain('libsecret-1-0');
    expect(notLoaded('Cannot find module', 'linux-riscv64')).toMatchObject({ problem: 'module' });
  });
});
