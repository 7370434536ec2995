import { CHANGING } from './changing-endpoints.ts';
import { READING } from './reading-endpoints.ts';

/** Every call of API v2, by its operation id. */
export const ENDPOINTS = { ...READING, ...CHANGING };

export type Endpoints = typeof ENDPOINTS;
export type EndpointName = keyof Endpoints;
