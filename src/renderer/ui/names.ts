import { useMemo } from 'react';
import { useNodeStore } from '../stores/node-store.ts';
import { usePreferences } from '../stores/preferences.ts';
import { maskedServer, maskedVersion, maskOf } from './masks.ts';

export interface Names {
  readonly masked: boolean;
  /** A server by its id (`host:port`). */
  server(id: string): string;
  cluster(name: string): string;
  /** Any other name that could tell whose servers these are: aliases, users, data centers. */
  word(word: string): string;
  version(version: string): string;
  /** A sentence with names in it: it is not shown at all while names are masked. */
  sentence(text: string): string;
}

const PLAIN: Names = {
  masked: false,
  server: (id) => id,
  cluster: (name) => name,
  word: (word) => word,
  version: (version) => version,
  sentence: (text) => text,
};

const MASKED: Names = {
  masked: true,
  server: maskedServer,
  cluster: (name) => `cluster-${maskOf(name)}`,
  word: (word) => (word === '' ? '' : maskOf(word)),
  version: maskedVersion,
  sentence: (text) => (text === '' ? '' : '…'),
};

/** How names are to be shown: as they are, or masked for a screenshot. Everything that shows a name asks here. */
export function useNames(): Names {
  const masked = usePreferences(({ anonymize }) => anonymize);
  const leftOut = useNodeStore(({ node }) => node?.leftOutOfNames ?? '');
  return useMemo(() => {
    if (masked) return MASKED;
    if (leftOut === '') return PLAIN;
    const shorter = (name: string) => name.replaceAll(leftOut, '');
    return { ...PLAIN, server: shorter, cluster: shorter };
  }, [masked, leftOut]);
}
