import type { CredentialGroup, Credentials, LogInReport } from '../../../src/main/engine/services/credentials.ts';

const GROUP: CredentialGroup = { name: '*', servers: ['*'], clusters: [], user: 'baton', kept: 'file' };

/** Writes down what it is asked to do. */
export class FakeCredentials implements Credentials {
  readonly calls: unknown[][] = [];

  groups(): readonly CredentialGroup[] {
    return [GROUP];
  }
  async keychainProblem(): Promise<string | null> {
    return 'No keychain runs.';
  }
  async save(name: string, account: { readonly user: string; readonly password: string }) {
    this.calls.push(['save', name, account]);
    return {
      ...GROUP,
      name,
      servers: [name],
      user: account.user,
      kept: 'session' as const,
      notice: 'No keychain runs.',
    };
  }
  async remove(name: string): Promise<void> {
    this.calls.push(['remove', name]);
  }
  async test(): Promise<LogInReport> {
    return { ok: true, message: 'It works.', version: '8.0.36', account: 'baton@%' };
  }
}
