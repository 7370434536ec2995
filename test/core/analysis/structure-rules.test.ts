import { describe, expect, it } from 'vitest';
import { STRUCTURE_RULES, structureCodes } from '../../../src/main/core/analysis/structure-rules.ts';
import type { StructureCode } from '../../../src/shared/domain/analysis.ts';
import { STRUCTURE_DESCRIPTIONS } from '../../../src/shared/domain/analysis-descriptions.ts';
import { factsFrom } from './notation.ts';

/** The codes without their common ending. */
type Case = readonly [facts: string, ...codes: string[]];

const CASES: readonly Case[] = [
  ['M R=2 LOG=0 OGTID', 'NoLoggingReplicas'],
  ['M R=1 LOG=0'],
  ['R=2 LOG=0'],
  ['M R=2 LOG=1 OGTID'],
  ['M R=2 LOG=2', 'NoFailoverSupport'],
  ['M R=2 LOG=2 MGTID'],
  ['M R=2 LOG=2 BINLOGS'],
  ['M R=2 LOG=2 PGTID'],
  ['M R=1 LOG=1'],
  ['R=2 LOG=2'],
  ['M R=2 LOG=2 OGTID STMT=1 MIXED=1', 'StatementAndMixedLoggingReplicas'],
  ['M R=2 LOG=2 OGTID STMT=1 ROW=1', 'StatementAndRowLoggingReplicas'],
  ['M R=2 LOG=2 OGTID MIXED=1 ROW=1', 'MixedAndRowLoggingReplicas'],
  [
    'M R=3 LOG=3 OGTID STMT=1 MIXED=1 ROW=1',
    'StatementAndMixedLoggingReplicas',
    'StatementAndRowLoggingReplicas',
    'MixedAndRowLoggingReplicas',
  ],
  ['R=2 LOG=2 STMT=1 MIXED=1 ROW=1 MAJORS=2'],
  ['M R=2 LOG=2 OGTID MAJORS=2', 'MultipleMajorVersionsLoggingReplicas'],
  ['R=1 mode=ON minMode=OFF maxMode=ON', 'DifferentGTIDModes'],
  ['R=1 mode=ON minMode=ON maxMode=ON_PERMISSIVE', 'DifferentGTIDModes'],
  ['M R=1 LOG=1 mode=ON minMode=ON maxMode=ON'],
  ['R=0 mode=ON'],
  ['R=1 errant=uuid:1', 'ErrantGTID'],
  ['M RO', 'NoWriteableMaster'],
  ['RO'],
  ['M SSE SSW=2 SSC=1', 'NotEnoughValidSemiSyncReplicas'],
  ['M SSE SSS SSW=2 SSC=1'],
  ['M SSE SSW=1 SSC=1'],
  ['M SSE SSW=0 SSC=0'],
  ['SSE SSW=2 SSC=1'],
  ['GM M RO R=2 LOG=2', 'NoFailoverSupport', 'NoWriteableMaster'],
  [
    'M !V R=2 LOG=0 mode=ON errant=x:1 RO SSE SSW=1 MAJORS=2',
    'NoLoggingReplicas',
    'NoFailoverSupport',
    'MultipleMajorVersionsLoggingReplicas',
    'DifferentGTIDModes',
    'ErrantGTID',
    'NoWriteableMaster',
    'NotEnoughValidSemiSyncReplicas',
  ],
];

const inFull = (code: string) => `${code}StructureWarning` as StructureCode;

describe('structure warnings', () => {
  it.each(CASES.map(([facts, ...codes]) => [facts, codes] as const))('%s: %s', (facts, codes) => {
    expect(structureCodes(factsFrom(facts))).toEqual(codes.map(inFull));
  });

  it('are all tested and described', () => {
    const tested = new Set(CASES.flatMap(([, ...codes]) => codes.map(inFull)));
    expect(STRUCTURE_RULES.map(({ code }) => code).sort()).toEqual([...tested].sort());
    expect(Object.keys(STRUCTURE_DESCRIPTIONS).sort()).toEqual([...tested].sort());
  });
});
