import { expect, test } from 'vitest';
import { openApiDocument } from '../../../../src/main/adapters/http/v2/openapi.ts';
import type { Endpoint } from '../../../../src/shared/contract/v2/endpoint.ts';
import { ENDPOINTS } from '../../../../src/shared/contract/v2/endpoints.ts';

type Json = Record<string, unknown>;
const document = JSON.parse(JSON.stringify(openApiDocument('1.0.0', '/x'))) as Json;

function every(value: unknown, visit: (object: Json) => void): void {
  if (typeof value !== 'object' || value === null) return;
  visit(value as Json);
  for (const inner of Object.values(value)) every(inner, visit);
}

test('every reference resolves, and nothing is said twice under another dialect', () => {
  const refs = new Set<string>();
  every(document, (object) => {
    if (typeof object.$ref === 'string') refs.add(object.$ref);
    expect(object).not.toHaveProperty('$schema');
  });
  expect(refs.size).toBeGreaterThan(30);
  for (const ref of refs) {
    const parts = ref.replace(/^#\//, '').split('/');
    expect([ref, parts.reduce<unknown>((at, part) => (at as Json)?.[part], document)]).toEqual([
      ref,
      expect.any(Object),
    ]);
  }
});

test('every endpoint is there once, with its parameters', () => {
  const paths = document.paths as Record<string, Record<string, Json>>;
  const found = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId }]) => `${operationId} ${method} ${path}`),
  );
  const wanted = Object.entries<Endpoint>(ENDPOINTS).map(([name, e]) => `${name} ${e.method.toLowerCase()} /${e.path}`);
  expect(found.toSorted()).toEqual(wanted.toSorted());
  expect(document).toMatchObject({ openapi: '3.1.0', servers: [{ url: '/x/api/v2' }] });
  expect(paths['/operations']?.post?.requestBody).toMatchObject({
    content: { 'application/json': { schema: { $ref: '#/components/schemas/OperationRequest' } } },
  });
});
