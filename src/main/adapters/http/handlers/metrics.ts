import { BatonError } from '../../../../shared/errors/baton-error.ts';
import type { QueueLength } from '../../../engine/ports/metrics.ts';
import { referenceMetrics } from '../../../engine/services/reference-metrics.ts';
import { type ApiContext, type ApiRequest, parameter } from '../api.ts';
import { goJson } from '../go-json.ts';
import * as json from '../json/metrics-json.ts';

/** What Baton measures: for Prometheus, and as the predecessor's collections and names (http-api reference, 5.11 and 9). */

export interface Page {
  readonly contentType: string;
  readonly body: string;
}

/** The pages outside of `/api/`; null when the path is none of them. */
export async function metricsPage(context: ApiContext, path: string, prefix: string): Promise<Page | null> {
  switch (path) {
    case `${prefix}/metrics`:
      if (context.exposition === null) return null;
      return { contentType: context.exposition.contentType, body: await context.exposition.text() };
    case `${prefix}/debug/metrics`:
    case `${prefix}/debug/vars`:
      return { contentType: 'application/json; charset=utf-8', body: variables(context) };
    default:
      return null;
  }
}

/** One flat object, a line each. The arguments of the process are left out: they are nobody's business. */
function variables({ engine, nowMs }: ApiContext): string {
  const { rss, heapTotal, heapUsed } = process.memoryUsage();
  const memory = { Alloc: heapUsed, Sys: rss, HeapAlloc: heapUsed, HeapSys: heapTotal };
  const metrics = referenceMetrics(engine, nowMs()).map(({ name, value }) => [name, value] as const);
  const all: readonly (readonly [string, unknown])[] = [['cmdline', ['baton']], ...metrics, ['memstats', memory]];
  return `{\n${all.map(([name, value]) => `${goJson(name)}: ${goJson(value)}`).join(',\n')}\n}\n`;
}

export function discoveryRaw(context: ApiContext, request: ApiRequest): readonly object[] | null {
  return orNull(polls(context, request).map(json.pollJson));
}

export function discoveryAggregated(context: ApiContext, request: ApiRequest): object {
  return json.pollsJson(polls(context, request));
}

export function queueRaw(context: ApiContext, request: ApiRequest): readonly object[] {
  return queue(context, request).map(json.queueJson);
}

export function queueAggregated(context: ApiContext, request: ApiRequest): object {
  return json.queuesJson(queue(context, request));
}

export function storeRaw(context: ApiContext, request: ApiRequest): readonly object[] | null {
  return orNull(context.engine.measurements.store.since(sinceMs(context, request)).map(json.storeCallJson));
}

export function storeAggregated(context: ApiContext, request: ApiRequest): object {
  return json.storeCallsJson(context.engine.measurements.store.since(sinceMs(context, request)));
}

export function writeBufferRaw(context: ApiContext, request: ApiRequest): readonly object[] | null {
  return orNull(context.engine.measurements.batches.since(sinceMs(context, request)).map(json.batchJson));
}

export function writeBufferAggregated(context: ApiContext, request: ApiRequest): object {
  const batches = context.engine.measurements.batches.since(sinceMs(context, request));
  return json.batchesJson(batches, context.engine.measurements.writeBuffer);
}

function polls(context: ApiContext, request: ApiRequest) {
  return context.engine.measurements.polls.since(sinceMs(context, request));
}

/** The queue that is named, the only one of the predecessor's unless told. */
function queue({ engine }: ApiContext, request: ApiRequest): readonly QueueLength[] {
  const name = request.parameters.queue ?? 'DEFAULT';
  if (name !== 'DEFAULT' && name !== 'DEADINSTANCES') {
    throw new BatonError('invalid-argument', `There is no queue ${name}; there are DEFAULT and DEADINSTANCES.`);
  }
  const samples = engine.measurements.queue(secondsOf(request));
  return samples.map(({ alive, dead }) => (name === 'DEFAULT' ? alive : dead));
}

function sinceMs(context: ApiContext, request: ApiRequest): number {
  return context.nowMs() - secondsOf(request) * 1000;
}

function secondsOf(request: ApiRequest): number {
  const text = parameter(request, 'seconds').trim();
  if (!/^[1-9]\d{0,8}$/.test(text)) {
    throw new BatonError('invalid-argument', `Invalid seconds: ${text}. Write a whole number above 0.`);
  }
  return Number(text);
}

/** As the predecessor: an empty list is null. */
function orNull(list: readonly object[]): readonly object[] | null {
  return list.length === 0 ? null : list;
}
