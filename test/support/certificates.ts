import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Certificate {
  readonly certFile: string;
  readonly keyFile: string;
  readonly cert: string;
  readonly key: string;
}

/** An authority of its own, made with openssl and gone with the test. */
export class TestAuthority {
  readonly folder = mkdtempSync(join(tmpdir(), 'baton-ca-'));
  readonly #own: Certificate;
  #issued = 0;

  constructor(name = 'Test Authority') {
    this.#own = this.#files('ca');
    this.#openssl(
      'req',
      '-x509',
      ...this.#newKey(this.#own),
      '-out',
      this.#own.certFile,
      '-days',
      '30',
      '-subj',
      `/CN=${name}`,
    );
  }

  get caFile(): string {
    return this.#own.certFile;
  }

  get ca(): string {
    return readFileSync(this.caFile, 'utf8');
  }

  /**
   * @param subject such as `/OU=dba/CN=ann`
   * @param days negative for one that has expired
   */
  issue(subject: string, days = 30): Certificate {
    this.#issued += 1;
    const files = this.#files(`leaf-${this.#issued}`);
    const request = join(this.folder, `leaf-${this.#issued}.csr`);
    const extensions = join(this.folder, 'extensions.cnf');
    writeFileSync(extensions, 'subjectAltName=DNS:localhost,IP:127.0.0.1\n');
    this.#openssl('req', ...this.#newKey(files), '-out', request, '-subj', subject);
    const signer = ['-CA', this.#own.certFile, '-CAkey', this.#own.keyFile, '-CAcreateserial', '-extfile', extensions];
    this.#openssl('x509', '-req', '-in', request, ...signer, '-out', files.certFile, '-days', String(days));
    return this.#read(files);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }

  #files(name: string): Certificate {
    return { certFile: join(this.folder, `${name}.crt`), keyFile: join(this.folder, `${name}.key`), cert: '', key: '' };
  }

  #read({ certFile, keyFile }: Certificate): Certificate {
    return { certFile, keyFile, cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8') };
  }

  #newKey({ keyFile }: Certificate): readonly string[] {
    return ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', keyFile];
  }

  #openssl(...args: readonly string[]): void {
    execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  }
}
