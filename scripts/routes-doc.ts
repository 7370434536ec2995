import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ROUTES } from '../src/main/adapters/http/routes.ts';
import type { Endpoint } from '../src/shared/contract/v2/endpoint.ts';
import { ENDPOINTS } from '../src/shared/contract/v2/endpoints.ts';

const TARGET = fileURLToPath(new URL('../docs/routes.md', import.meta.url));

const INTRODUCTION = `# Routes

Every path that Baton's HTTP server answers, below \`URLPrefix\`. *write* means that the request needs write authorization and is
refused when a page of another site caused it. [API v2](api.md) is Baton's own; the compatible routes are orchestrator's, all GET.

This page is made from the tables of routes by \`scripts/routes-doc.ts\`.
`;

const COMPATIBLE = `All GET. An *envelope* is an object with \`Code\`, \`Message\` and \`Details\`; the others answer with the bare value. Where
it says *dry run*, \`?dry-run=true\` tells what the call would do.`;

const ANSWERS = { envelope: 'envelope', bare: 'bare', download: 'a file' } as const;

/** The page of all routes, as text. */
export function routesPage(): string {
  const own = Object.values<Endpoint>(ENDPOINTS).map(
    ({ method, path, auth, summary }) => `| ${method} | \`/api/v2/${path}\` | ${access(auth)} | ${cell(summary)} |`,
  );
  const byPath = ROUTES.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const compatible = byPath.map(({ path, auth, style, dryRun, summary, unavailable }) => {
    const told = unavailable === undefined ? `${summary}.` : `${summary}. **Not available:** ${unavailable}`;
    const answers = unavailable === undefined ? `${ANSWERS[style]}${dryRun === true ? ', dry run' : ''}` : 'an error';
    return `| \`/api/${path}\` | ${access(auth)} | ${answers} | ${cell(told)} |`;
  });
  const head = '| method | path | authorization | what it does |\n|---|---|---|---|';
  const compatibleHead = '| path | authorization | answer | what it does |\n|---|---|---|---|';
  return [
    INTRODUCTION,
    `## API v2\n\n${head}\n${own.join('\n')}`,
    "| GET | `/api/v2/events` | read | The engine's events as server-sent events. |",
    '| GET | `/api/v2/watch` | read | Text trees of clusters as server-sent events, for terminals. |',
    `\n## Compatible routes\n\n${COMPATIBLE}\n\n${compatibleHead}\n${compatible.join('\n')}\n`,
  ].join('\n');
}

function access(auth: 'W' | '-'): string {
  return auth === 'W' ? 'write' : 'read';
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(TARGET, routesPage());
