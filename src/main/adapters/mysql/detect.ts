import { type InstanceFacts, PROMOTION_RULES, type PromotionRule } from '../../../shared/domain/instance.ts';
import { type InstanceKey, keyText } from '../../../shared/domain/instance-key.ts';
import type { ReadSettings } from './options.ts';
import type { Response } from './wire/decode-response.ts';

type Attributes = Pick<
  InstanceFacts,
  | 'alias'
  | 'dataCenter'
  | 'region'
  | 'environment'
  | 'suggestedClusterAlias'
  | 'clusterDomain'
  | 'semiSyncPriority'
  | 'detectedPromotionRule'
  | 'usesPseudoGtid'
>;

export interface Detection {
  readonly attributes: Attributes;
  readonly warnings: readonly string[];
}

interface DetectQuery {
  readonly name: string;
  readonly sql: string;
  readonly apply: (value: string, attributes: Mutable<Attributes>) => void;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** The Detect…Queries that are set, in a fixed order. */
export function detectQueries(settings: ReadSettings): readonly DetectQuery[] {
  const all: readonly DetectQuery[] = [
    query(
      'DetectClusterAliasQuery',
      settings.detectClusterAliasQuery,
      (value, to) => (to.suggestedClusterAlias = value),
    ),
    query('DetectClusterDomainQuery', settings.detectClusterDomainQuery, (value, to) => (to.clusterDomain = value)),
    query('DetectInstanceAliasQuery', settings.detectInstanceAliasQuery, (value, to) => (to.alias = value)),
    query('DetectPromotionRuleQuery', settings.detectPromotionRuleQuery, (value, to) => {
      to.detectedPromotionRule = promotionRule(value) ?? to.detectedPromotionRule;
    }),
    query('DetectDataCenterQuery', settings.detectDataCenterQuery, (value, to) => (to.dataCenter = value)),
    query('DetectRegionQuery', settings.detectRegionQuery, (value, to) => (to.region = value)),
    query(
      'DetectPhysicalEnvironmentQuery',
      settings.detectPhysicalEnvironmentQuery,
      (value, to) => (to.environment = value),
    ),
    query('DetectSemiSyncEnforcedQuery', settings.detectSemiSyncEnforcedQuery, (value, to) => {
      to.semiSyncPriority = semiSyncPriority(value);
    }),
    query('DetectPseudoGTIDQuery', settings.detectPseudoGtidQuery, (value, to) => (to.usesPseudoGtid = value === '1')),
  ];
  return all.filter((one) => one.sql.trim() !== '');
}

function query(name: string, sql: string, apply: (value: string, to: Mutable<Attributes>) => unknown): DetectQuery {
  return { name, sql, apply: (value, to) => void apply(value, to) };
}

/**
 * Attributes from the patterns on the host name, then from the queries, which override them (reference
 * discovery.md, section 7). Takes the responses in the order of `detectQueries`.
 */
export function detect(
  key: InstanceKey,
  settings: ReadSettings,
  queries: readonly DetectQuery[],
  responses: readonly (Response | undefined)[],
): Detection {
  const attributes: Mutable<Attributes> = {
    alias: '',
    dataCenter: firstGroup(settings.dataCenterPattern, key.hostname),
    region: firstGroup(settings.regionPattern, key.hostname),
    environment: firstGroup(settings.physicalEnvironmentPattern, key.hostname),
    suggestedClusterAlias: '',
    clusterDomain: '',
    semiSyncPriority: 0,
    detectedPromotionRule: null,
    usesPseudoGtid: false,
  };
  const warnings: string[] = [];
  queries.forEach((one, index) => {
    const response = responses[index];
    if (response?.error) warnings.push(`${one.name} on ${keyText(key)}: ${response.error.message}`);
    const value = response?.results.find((result) => result.columns.length > 0)?.rows[0]?.[0];
    if (value === null || value === undefined) return;
    if (one.name === 'DetectPromotionRuleQuery' && promotionRule(value) === null) {
      warnings.push(`${one.name} on ${keyText(key)}: "${value}" is not a promotion rule`);
    }
    one.apply(value, attributes);
  });
  return { attributes, warnings };
}

function firstGroup(pattern: RegExp | null, hostname: string): string {
  return pattern?.exec(hostname)?.[1] ?? '';
}

function promotionRule(value: string): PromotionRule | null {
  return PROMOTION_RULES.find((rule) => rule === value.trim()) ?? null;
}

/** The store keeps it in one unsigned byte; zero means asynchronous. */
function semiSyncPriority(value: string): number {
  return /^\d+$/.test(value.trim()) ? Math.min(255, Number(value)) : 0;
}
