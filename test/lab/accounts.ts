import { randomBytes } from 'node:crypto';
import type { LabFlavor } from './servers/server-package.ts';

/** One account of the lab's servers; every server has the same ones. */
export interface Account {
  readonly user: string;
  readonly password: string;
}

/**
 * `root` is the lab's own. `baton` discovers and moves replicas, with the grants that operators give such a tool and no
 * more. `repl` is what replicas log in with. `app` reads and writes schema `app`, and nothing lets it past read-only.
 */
export interface Accounts {
  readonly root: Account;
  readonly baton: Account;
  readonly repl: Account;
  readonly app: Account;
}

export type AccountName = keyof Accounts;

/** Passwords given for some accounts; the others get random ones. */
export type Passwords = Partial<Readonly<Record<AccountName, string>>>;

export function makeAccounts(passwords: Passwords = {}): Accounts {
  const account = (user: AccountName): Account => ({
    user,
    password: passwords[user] ?? randomBytes(12).toString('base64url'),
  });
  return { root: account('root'), baton: account('baton'), repl: account('repl'), app: account('app') };
}

/** Statements that create the accounts on a server fresh from its template, outside the binary log. */
export function accountStatements(flavor: LabFlavor, accounts: Accounts): string[] {
  const statements = ['SET SESSION sql_log_bin = 0', 'CREATE DATABASE IF NOT EXISTS meta'];
  for (const account of Object.values(accounts) as Account[]) {
    if (account.user === 'root') continue;
    statements.push(`CREATE USER '${account.user}'@'%' IDENTIFIED BY ${quote(account.password)}`);
  }
  statements.push(...GRANTS[flavor]);
  // The template's only account becomes the lab's: reachable over TCP, with a password.
  statements.push("RENAME USER 'root'@'localhost' TO 'root'@'%'");
  statements.push(
    flavor === 'mysql56'
      ? `SET PASSWORD FOR 'root'@'%' = PASSWORD(${quote(accounts.root.password)})`
      : `ALTER USER 'root'@'%' IDENTIFIED BY ${quote(accounts.root.password)}`,
  );
  statements.push('FLUSH PRIVILEGES');
  return statements;
}

const COMMON_GRANTS = [
  "GRANT REPLICATION SLAVE ON *.* TO 'repl'@'%'",
  "GRANT ALL PRIVILEGES ON app.* TO 'app'@'%'",
  "GRANT SELECT ON meta.* TO 'baton'@'%'",
  "GRANT SELECT ON performance_schema.* TO 'baton'@'%'",
  "GRANT DROP ON `\\_pseudo\\_gtid\\_`.* TO 'baton'@'%'",
];

const GRANTS: Readonly<Record<LabFlavor, readonly string[]>> = {
  mysql97: [
    "GRANT PROCESS, RELOAD, REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO 'baton'@'%'",
    'GRANT SYSTEM_VARIABLES_ADMIN, SESSION_VARIABLES_ADMIN, REPLICATION_SLAVE_ADMIN, REPLICATION_APPLIER, BINLOG_ADMIN, ' +
      "CONNECTION_ADMIN, GROUP_REPLICATION_ADMIN, BACKUP_ADMIN, CLONE_ADMIN ON *.* TO 'baton'@'%'",
    "GRANT SELECT ON mysql.slave_master_info TO 'baton'@'%'",
    ...COMMON_GRANTS,
  ],
  mysql56: [
    "GRANT SUPER, PROCESS, RELOAD, REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO 'baton'@'%'",
    "GRANT SELECT ON mysql.slave_master_info TO 'baton'@'%'",
    ...COMMON_GRANTS,
  ],
  mariadb: [
    'GRANT SUPER, PROCESS, RELOAD, REPLICATION SLAVE, BINLOG MONITOR, BINLOG ADMIN, BINLOG REPLAY, REPLICATION SLAVE ADMIN, ' +
      "REPLICATION MASTER ADMIN, SLAVE MONITOR, CONNECTION ADMIN, READ_ONLY ADMIN ON *.* TO 'baton'@'%'",
    "GRANT SELECT ON mysql.gtid_slave_pos TO 'baton'@'%'",
    ...COMMON_GRANTS,
  ],
};

/** A string literal that is safe under every SQL mode that the lab's servers start with. */
export function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}
