import { z } from 'zod';
import { checks } from '../src/scenarios/judge/checks/index.ts';
import { runFunctions } from '../src/scenarios/judge/run-functions.ts';
import { LIMITS } from '../src/scenarios/language/limits.ts';
import { patterns } from '../src/scenarios/patterns.ts';
import { builtins, loops, methods } from '../src/sim/expression/expression.ts';
import { occasion } from '../src/sim/faults/fault.ts';
import { faults } from '../src/sim/faults/index.ts';
import { flowFunctions, truth } from '../src/sim/flow/functions.ts';
import { KINDS } from '../src/sim/kinds.ts';
import { steps } from '../src/sim/service/steps/index.ts';
import { callSettings } from '../src/sim/world/schema/calls.ts';
import { discoveryKinds } from '../src/sim/world/schema/discovery.ts';
import {
  graphqlSettings,
  idempotency,
  quota,
  rateLimit,
  route,
  routeCache,
} from '../src/sim/world/schema/gateway.ts';
import { grpcChannel, grpcServer } from '../src/sim/world/schema/grpc.ts';
import { modifiers } from '../src/sim/world/schema/operation.ts';
import { pod } from '../src/sim/world/schema/pod.ts';
import { authSettings, issuerSettings, tokenSettings } from '../src/sim/world/schema/security.ts';
import { service } from '../src/sim/world/schema/service.ts';
import { telemetryForms } from '../src/sim/world/schema/telemetry.ts';
import { client, worldSchema } from '../src/sim/world/schema/world.ts';
import { written } from '../src/tui/keys/footer.ts';
import { keyEntries, SCREENS } from '../src/tui/keys/table.ts';

const NOTE = '<!-- Made by `npm run docs` from the program itself. Do not edit. -->\n';

type Json = { readonly [key: string]: unknown };
type Fields = Readonly<Record<string, z.ZodType>>;

/** A JSON Schema in a few words. */
function inWords(schema: Json): string {
  if (typeof schema['description'] === 'string') return schema['description'];
  if (schema['const'] !== undefined) return `\`${String(schema['const'])}\``;
  if (Array.isArray(schema['enum'])) return schema['enum'].map((value) => `\`${value}\``).join(' · ');
  const either = (schema['anyOf'] ?? schema['oneOf']) as readonly Json[] | undefined;
  if (either) return [...new Set(either.filter(({ type }) => type !== 'null').map(inWords))].join(' or ');
  if (schema['type'] === 'array') return 'list';
  if (schema['type'] === 'object') return 'map';
  if (schema['type'] === 'integer') return 'whole number';
  return String(schema['type'] ?? 'anything');
}

function fallback(field: z.ZodType): string {
  const parsed = field.safeParse(undefined);
  if (!parsed.success) return 'required';
  const json = z.toJSONSchema(field, { io: 'input', unrepresentable: 'any' }) as Json;
  const value = json['default'];
  if (value === undefined || value === null) return '';
  return `\`${typeof value === 'object' ? JSON.stringify(value) : String(value)}\``;
}

const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function fieldTable(fields: Fields): string {
  const rows = Object.entries(fields).map(([name, field]) => {
    const json = z.toJSONSchema(field, { io: 'input', unrepresentable: 'any' }) as Json;
    return [`\`${name}\``, inWords(json), fallback(field)];
  });
  return table(['Setting', 'Written', 'Default'], rows);
}

interface Entry {
  readonly summary: string;
  readonly fields: Fields;
}

const sections = (entries: Readonly<Record<string, Entry>>) =>
  Object.entries(entries)
    .map(([name, { summary, fields }]) => `## ${name}\n\n${summary}.\n\n${fieldTable(fields)}\n`)
    .join('\n');

const functions = (list: Iterable<readonly [string, { readonly summary: string }]>) =>
  table(
    ['Function', 'Gives'],
    [...list].map(([name, { summary }]) => [`\`${name}\``, summary]),
  );

function patternsPage(): string {
  const each = patterns().map(({ id, name, aliases, solves, costs, avoidWhen, params }) => {
    const also = aliases.length > 0 ? `\n\nAlso known as: ${aliases.join(', ')}.` : '';
    const rows = Object.entries(params).map(([param, { type, about, default: value }]) => [
      `\`${param}\``,
      about ? `${type}: ${about}` : type,
      value === undefined ? 'required' : value === null ? '' : `\`${JSON.stringify(value)}\``,
    ]);
    return `## ${id}\n\n**${name}.** ${solves}.${also}\n\nCosts: ${costs.join('; ')}.\n\nAvoid when ${avoidWhen}.\n\n${table(['Parameter', 'Type', 'Default'], rows)}\n`;
  });
  return `# Patterns\n\nEach is one file in \`src/scenarios/patterns\`: what it solves, what it costs, and the patch it expands to.\n\n${each.join('\n')}`;
}

function recordsPage(): string {
  const rows = Object.entries(KINDS).map(([kind, given]) => {
    const {
      summary,
      place,
      peer = '',
      value = '',
      detail = '',
    } = given as {
      summary: string;
      place: string;
      peer?: string;
      value?: string;
      detail?: string;
    };
    return [`\`${kind}\``, summary, place, peer, value, detail];
  });
  return `# Records\n\nWhat a run holds, in the order in which it happened. Every record also has its time in whole microseconds, its subject (such as \`order-17\`), the record that caused it, and the record that opened its span.\n\n${table(['Kind', 'Tells', 'Place', 'Peer', 'Value', 'Detail'], rows)}\n`;
}

function keysPage(): string {
  const code = (text: string) => `\`${text}\``;
  const rows = [...keyEntries].map(([id, { keys, about, screens, command, argument }]) => {
    const typed = command === undefined ? '' : code(`:${[command, argument].filter(Boolean).join(' ')}`);
    const where = screens.length === SCREENS.length ? 'all' : screens.join(', ');
    return [code(id), keys.map((key) => code(written(key))).join(' '), typed, about, where];
  });
  return `# Keys\n\nWhat each key does, and where. \`docs/screens.md\` says how to bind others: by the name of the action.\n\n${table(['Action', 'Keys', 'Command', 'What happens', 'Screens'], rows)}\n`;
}

function limitsPage(): string {
  const rows = Object.entries(LIMITS).map(([name, value]) => [`\`${name}\``, String(value)]);
  return `# Limits\n\nSizes, counts and times are bounded; exceeding a bound is an error that names it.\n\n${table(['What', 'At most'], rows)}\n`;
}

function worldPage(): string {
  return [
    '# The world',
    'Settings of each part. `docs/authoring.md` says how they are used.',
    `## World\n\n${fieldTable(worldSchema.shape)}`,
    `## Service, external and gateway\n\n${fieldTable(service.shape)}`,
    `## Database\n\n${fieldTable(databaseShape())}`,
    `## Calls\n\n${fieldTable(callSettings.shape)}`,
    `## gRPC channel of a call\n\n${fieldTable(grpcChannel.shape)}`,
    `## gRPC of a service\n\n${fieldTable(grpcServer.shape)}`,
    `## Client\n\n${fieldTable(client.shape)}`,
    `## Pod of a service\n\n${fieldTable(pod.shape)}`,
    ...[...discoveryKinds].map(
      ([kind, schema]) => `## Discovery: ${kind}\n\n${fieldTable(schema.shape as Fields)}`,
    ),
    ...Object.entries(telemetryForms).map(
      ([title, schema]) => `## ${title}\n\n${fieldTable(schema.shape as Fields)}`,
    ),
    `## Route\n\n${fieldTable(route.shape)}`,
    ...(
      [
        ['Rate limit', rateLimit],
        ['Quota', quota],
        ['Cache of a route', routeCache],
        ['Idempotency of a route', idempotency],
        ['GraphQL of a route', graphqlSettings],
        ['Auth of a service', authSettings],
        ['Token of a client', tokenSettings],
        ['Issuer', issuerSettings],
      ] as const
    ).map(([title, schema]) => `## ${title}\n\n${fieldTable(schema.shape as Fields)}`),
  ].join('\n\n');
}

/** The settings below `db`, which may be absent. */
function databaseShape(): Fields {
  let inner: unknown = service.shape.db;
  while (inner instanceof z.ZodDefault || inner instanceof z.ZodNullable) inner = inner.unwrap();
  if (!(inner instanceof z.ZodObject)) throw new Error('a database is described by an object');
  return inner.shape as Fields;
}

/** Every reference page by file name, made from the lists that the program itself uses. */
export function referencePages(): ReadonlyMap<string, string> {
  const pages: [string, string][] = [
    ['world.md', worldPage()],
    [
      'steps.md',
      `# Steps\n\nA step is one verb with its settings, and any of the modifiers.\n\n${sections(steps as never)}\n## Modifiers of any step\n\n${fieldTable(modifiers)}\n`,
    ],
    [
      'faults.md',
      `# Faults\n\nA fault is \`{ kind: target }\` with its settings, and when and how often it strikes.\n\n${sections(faults as never)}\n## When and how often\n\n${fieldTable(occasion)}\n`,
    ],
    [
      'checks.md',
      `# Checks\n\n${sections(checks as never)}\n## Functions over the whole run\n\n${functions(runFunctions)}\n`,
    ],
    [
      'expressions.md',
      `# Expressions\n\nCEL, in the fields that \`docs/authoring.md\` names.\n\n## Functions everywhere\n\n${functions([...builtins, ...methods, ...loops])}\n\n## Functions of a flow\n\n${functions([...flowFunctions, ['truth', truth]])}\n`,
    ],
    ['patterns.md', patternsPage()],
    ['records.md', recordsPage()],
    ['limits.md', limitsPage()],
    ['keys.md', keysPage()],
  ];
  return new Map(pages.map(([name, text]) => [name, `${NOTE}\n${text.trim()}\n`]));
}
