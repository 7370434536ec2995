import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Member } from '../../../shared/contract/v2/instance.ts';
import { useNames } from '../../ui/names.ts';
import { PROBLEM_SEVERITY, type Severity, severityColour } from '../../ui/severity.ts';

const SHOWN = 24;

function severityOf(member: Member): Severity {
  if (member.downtime !== null) return 'idle';
  const [first] = member.problems;
  return first === undefined ? 'ok' : PROBLEM_SEVERITY[first];
}

/** The members as small marks, deeper ones lower: the shape and the health of a cluster in a glance. */
export const MemberStrip = memo(function MemberStrip({ members }: { readonly members: ReadonlyMap<string, Member> }) {
  const { t } = useTranslation('clusters');
  const names = useNames();
  const all = [...members.values()].sort((a, b) => a.depth - b.depth || (a.id < b.id ? -1 : 1));
  const bad = all.filter((one) => severityOf(one) !== 'ok').length;
  return (
    <svg
      width={SHOWN * 8}
      height={26}
      role="img"
      aria-label={`${t('searchCount', { count: all.length })}, ${t('problemsSummary', { count: bad })}: ${t('column.problems')}`}
      className="member-strip"
    >
      {all.slice(0, SHOWN).map((member, index) => {
        const severity = severityOf(member);
        const y = 2 + Math.min(member.depth, 3) * 6;
        return (
          <g key={member.id}>
            <title>{`${names.server(member.id)} (${t(`role.${member.role}`)})`}</title>
            {severity === 'ok' ? (
              <rect x={index * 8} y={y} width={6} height={5} rx={1} fill={severityColour('ok')} opacity={0.8} />
            ) : (
              <path d={`M${index * 8} ${y + 6} h7 l-3.5 -7 z`} fill={severityColour(severity)} />
            )}
          </g>
        );
      })}
    </svg>
  );
});
