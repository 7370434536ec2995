import { CHANGING } from './changing-endpoints.ts';
import { MANAGING } from './managing-endpoints.ts';
import { READING } from './reading-endpoints.ts';
import { WATCHING } from './watching-endpoints.ts';

/** Every call of API v2, by its operation id. */
export const ENDPOINTS = { ...READING, ...WATCHING, ...CHANGING, ...MANAGING };

export type Endpoints = typeof ENDPOINTS;
export type EndpointName = keyof Endpoints;
