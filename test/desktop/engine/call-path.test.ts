import { expect, test } from 'vitest';
import { isEngineCall } from '../../../src/main/desktop/engine/call-path.ts';

test.each([
  ['GET', 'v2/clusters'],
  ['GET', 'v2/clusters/127.0.0.1%3A3306/topology'],
  ['GET', 'v2/instances?cluster=a&problems=true'],
  ['GET', 'v2/openapi.json'],
])('%s %s is a call of the console', (method, path) => {
  expect(isEngineCall({ method: method as 'GET', path })).toBe(true);
});

test.each([
  ['another method', 'DELETE', 'v2/clusters'],
  ['a path outside', 'GET', 'clusters-info'],
  ['steps upward', 'GET', 'v2/clusters/../../topology'],
  ['a step upward as a cluster', 'GET', 'v2/clusters/../topology'],
  ['encoded steps', 'GET', 'v2/clusters/%2e%2E/topology'],
  ['backslashes, which URL parsers take for slashes', 'GET', 'v2/clusters/..\\..\\x/topology'],
  ['a fragment', 'GET', 'v2/clusters#x'],
  ['another host', 'GET', '//example.com/v2/clusters'],
  ['a stream, which has no end', 'GET', 'v2/stream'],
  ['another dot', 'GET', 'v2/openapiXjson'],
  ['nothing', 'GET', ''],
])('%s is none', (_name, method, path) => {
  expect(isEngineCall({ method: method as 'GET', path })).toBe(false);
});
