import { z } from 'zod';
import type { Endpoint, Reply } from '../../../../shared/contract/v2/endpoint.ts';
import { ENDPOINTS } from '../../../../shared/contract/v2/endpoints.ts';
import { SCHEMAS } from '../../../../shared/contract/v2/schemas.ts';

type JsonObject = Record<string, unknown>;

const PROBLEM_STATUSES: Readonly<Record<number, string>> = {
  400: 'The request is not valid.',
  401: 'Credentials are wanted.',
  403: 'The user may not do this, or a foreign web page caused it.',
  404: 'There is no such thing.',
  409: 'Refused by a rule or a precondition; nothing was touched.',
  413: 'The body is too large.',
  415: 'The body is not application/json.',
  500: 'Baton failed.',
  502: 'A MySQL server failed or refused.',
  503: 'This node does not do its work.',
};

const NAMES = new Map(Object.entries(SCHEMAS).map(([name, schema]) => [schema, name]));

/**
 * The OpenAPI 3.1 document of API v2, from the schemas that validate it.
 * @param prefix `URLPrefix`
 */
export function openApiDocument(version: string, prefix: string): JsonObject {
  const paths: Record<string, JsonObject> = {};
  for (const [operationId, endpoint] of Object.entries<Endpoint>(ENDPOINTS)) {
    const path = `/${endpoint.path}`;
    paths[path] = { ...paths[path], [endpoint.method.toLowerCase()]: operation(operationId, endpoint) };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Baton', version, description: 'Operations console for MySQL replication. Times are in ms.' },
    servers: [{ url: `${prefix}/api/v2` }],
    paths,
    components: {
      schemas: componentSchemas(),
      securitySchemes: {
        basic: { type: 'http', scheme: 'basic' },
        token: { type: 'apiKey', in: 'cookie', name: 'access-token' },
      },
    },
    security: [{}, { basic: [] }, { token: [] }],
  };
}

function componentSchemas(): JsonObject {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(SCHEMAS)) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, {
    io: 'input',
    uri: (id) => `#/components/schemas/${id}`,
    override: withoutReadOnly,
  });
  return Object.fromEntries(Object.entries(schemas).map(([id, schema]) => [id, plain(schema)]));
}

/** `readonly` is about what TypeScript lets one do; in JSON Schema it would say who may send it. */
function withoutReadOnly({ jsonSchema }: { readonly jsonSchema: JsonObject }): void {
  delete jsonSchema.readOnly;
}

function plain({ $schema, $id, ...schema }: JsonObject): JsonObject {
  return schema;
}

function operation(operationId: string, endpoint: Endpoint): JsonObject {
  const { auth, tag, summary, body, query } = endpoint;
  return {
    operationId,
    tags: [tag],
    summary,
    ...(auth === 'W' && { description: 'Needs write authorization.' }),
    parameters: [...pathParameters(endpoint.path), ...(query === undefined ? [] : queryParameters(query))],
    ...(body !== undefined && {
      requestBody: { required: true, content: { 'application/json': { schema: schemaOf(body) } } },
    }),
    responses: { ...goodResponse(endpoint.reply), ...problemResponses(endpoint) },
  };
}

function pathParameters(path: string): readonly JsonObject[] {
  return Array.from(path.matchAll(/\{(\w+)\}/g), ([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
}

function queryParameters(query: z.ZodType): readonly JsonObject[] {
  const { properties = {} } = schemaOf(query) as { readonly properties?: Record<string, JsonObject> };
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: 'query',
    ...(description !== undefined && { description }),
    schema,
  }));
}

function goodResponse(reply: Reply): JsonObject {
  switch (reply.kind) {
    case 'nothing':
      return { 204: { description: 'Done.' } };
    case 'file':
      return { 200: { description: 'A file.', content: { [reply.contentType]: { schema: {} } } } };
    case 'stream': {
      const schema = schemaOf(reply.schema);
      return {
        101: { description: 'A WebSocket; each text message is JSON of the same schema.' },
        200: { description: 'Events whose data is of this schema.', content: { 'text/event-stream': { schema } } },
      };
    }
    case 'json':
      return { 200: { description: 'Done.', content: { 'application/json': { schema: schemaOf(reply.schema) } } } };
  }
}

function problemResponses({ auth, body, path, query, problems = [] }: Endpoint): JsonObject {
  const statuses = new Set([401, 500, ...problems]);
  if (auth === 'W') for (const status of [403, 409]) statuses.add(status);
  if (body !== undefined) for (const status of [400, 413, 415]) statuses.add(status);
  if (query !== undefined || path.includes('{')) for (const status of [400, 404]) statuses.add(status);
  const content = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };
  return Object.fromEntries(
    [...statuses].map((status) => [status, { description: PROBLEM_STATUSES[status] ?? 'A problem.', content }]),
  );
}

/** By reference where the schema has a name, so that the document says each thing once. */
function schemaOf(schema: z.ZodType): JsonObject {
  const name = NAMES.get(schema);
  if (name !== undefined) return { $ref: `#/components/schemas/${name}` };
  const item = listItem(schema);
  if (item !== null) return { type: 'array', items: schemaOf(item) };
  return plain(z.toJSONSchema(schema, { io: 'input', override: withoutReadOnly }));
}

function listItem(schema: z.ZodType): z.ZodType | null {
  const inner = schema instanceof z.ZodReadonly ? schema.unwrap() : schema;
  return inner instanceof z.ZodArray ? (inner.element as z.ZodType) : null;
}
