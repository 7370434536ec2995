import { useMemo } from 'react';
import { keyText } from '../../../shared/domain/instance-key.ts';
import type { CanvasFindings } from '../../canvas/canvas-types.ts';
import type { Blocked, Finding } from '../../stores/finding-types.ts';
import { useFindings } from '../../stores/findings.ts';
import { useCodeText } from '../../ui/code-text.tsx';

/** What the failure analysis says of a cluster now, as a list and by member, and what is blocked. */
export function useClusterFindings(clusterName: string): {
  readonly findings: readonly Finding[];
  readonly blocked: readonly Blocked[];
  readonly byMember: CanvasFindings;
} {
  const all = useFindings();
  const codeText = useCodeText();
  const findings = useMemo(
    () =>
      (all.findings ?? []).filter(
        ({ clusterName: name, code, structure }) =>
          name === clusterName && (code !== 'NoProblem' || structure.length > 0),
      ),
    [all.findings, clusterName],
  );
  const blocked = useMemo(
    () => all.blocked.filter(({ clusterName: name }) => name === clusterName),
    [all.blocked, clusterName],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: codeText is new at each call, and the same in effect
  const byMember = useMemo(
    () =>
      new Map(
        findings
          .filter(({ code }) => code !== 'NoProblem')
          .map(({ key, code }) => [keyText(key), [{ code, text: codeText(code) }]] as const),
      ),
    [findings],
  );
  return { findings, blocked, byMember };
}
