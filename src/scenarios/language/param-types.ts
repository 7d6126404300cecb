import { nearest } from '../../sim/expression/suggest.ts';
import { ID, parseBackoff, parseDuration } from '../../sim/world/quantities.ts';
import { get, getIn, type Node } from './tree.ts';

/** What a pattern's parameter can be. */
export const PARAM_TYPES = [
  'service',
  'newService',
  'destination',
  'operation',
  'step',
  'consumer',
  'channel',
  'channels',
  'newQueue',
  'messageType',
  'order',
  'duration',
  'durations',
  'percent',
  'int',
  'intMap',
  'backoff',
  'bool',
  'enum',
  'cel',
  'field',
] as const;

/** A parameter's type, with its bounds. */
export interface ParamType {
  readonly type: (typeof PARAM_TYPES)[number];
  readonly of: readonly string[];
  readonly min: number | null;
  readonly max: number | null;
}

/** Types that are lists of another. */
const LISTS: Partial<Record<ParamType['type'], ParamType['type']>> = {
  channels: 'channel',
  durations: 'duration',
};

const CHANNEL = /^[a-z]+\/[A-Za-z][A-Za-z0-9._-]*$/;

/** What is wrong with a parameter's value in a world; undefined where nothing is. */
export function paramProblem(value: Node, param: ParamType, world: Node): string | undefined {
  if (value.kind === 'list') return listProblem(value.items, param, world);
  if (value.kind === 'map') {
    if (param.type !== 'intMap') return `expected ${wanted(param)}, found a map.`;
    const whole = [...value.entries.values()].every(
      (entry) => entry.value.kind === 'scalar' && isCount(entry.value.value),
    );
    return whole ? undefined : 'expected whole numbers.';
  }
  return scalarProblem(value.value, param, world);
}

function listProblem(items: readonly Node[], param: ParamType, world: Node): string | undefined {
  if (param.type === 'order') return undefined; // its names are checked with the operation they end up in
  const type = LISTS[param.type];
  if (type === undefined) return `expected ${wanted(param)}, found a list.`;
  return items
    .map((item) => paramProblem(item, { ...param, type }, world))
    .find((wrong) => wrong !== undefined);
}

const isCount = (value: unknown) => typeof value === 'number' && Number.isInteger(value) && value >= 0;

function scalarProblem(
  value: string | number | boolean | null,
  param: ParamType,
  world: Node,
): string | undefined {
  const text = String(value);
  const unless = (right: boolean) => (right ? undefined : `expected ${wanted(param)}, found \`${text}\`.`);
  switch (param.type) {
    case 'int': {
      if (!isCount(value)) return unless(false);
      const { min, max } = param;
      const within = (min === null || Number(value) >= min) && (max === null || Number(value) <= max);
      return within ? undefined : `expected ${min ?? 0} to ${max ?? 'any number'}, found ${text}.`;
    }
    case 'bool':
      return unless(typeof value === 'boolean');
    case 'duration':
      return unless(parseDuration(text) !== undefined);
    case 'percent':
      return unless(/^\d+(\.\d+)?%$/.test(text) || (typeof value === 'number' && value >= 0 && value <= 1));
    case 'backoff':
      return unless(parseBackoff(text) !== undefined);
    case 'enum':
      return unless(param.of.includes(text));
    case 'cel':
      return unless(value !== null);
    case 'order':
    case 'intMap':
    case 'durations':
      return unless(false);
    case 'channels':
    case 'channel':
    case 'newQueue':
      return unless(CHANNEL.test(text));
    case 'field':
    case 'messageType':
      return unless(/^[A-Za-z][A-Za-z0-9_]*$/.test(text));
    case 'newService':
      return unless(ID.test(text));
    default:
      return placeProblem(text, param, world);
  }
}

const keysOf = (node: Node | undefined) => (node?.kind === 'map' ? [...node.entries.keys()] : []);

/** A service, or something in one, must be there: a pattern would else create a second one beside it. */
function placeProblem(text: string, { type }: ParamType, world: Node): string | undefined {
  const [name = '', part, inner, ...rest] = text.split('.');
  const parts =
    { service: 1, destination: part === undefined ? 1 : 2, operation: 2, consumer: 2, step: 3 }[
      type as string
    ] ?? 1;
  if (
    [name, part, inner].filter((word) => word !== undefined && word !== '').length !== parts ||
    rest.length > 0
  )
    return `expected ${wanted({ type } as ParamType)}, found \`${text}\`.`;
  const services = keysOf(get(world, 'services'));
  const owner =
    getIn(world, ['services', name]) ??
    (type === 'destination' ? getIn(world, ['externals', name]) : undefined);
  if (!owner)
    return missing(
      'service',
      name,
      type === 'destination' ? [...services, ...keysOf(get(world, 'externals'))] : services,
    );
  if (type === 'consumer' && !getIn(owner, ['consumers', part as string]))
    return missing('consumer', text, keysOf(get(owner, 'consumers')));
  const operations = [
    ...keysOf(get(owner, 'operations')),
    ...(type === 'destination' ? keysOf(get(owner, 'routes')) : []),
  ];
  if (['operation', 'step', 'destination'].includes(type) && part !== undefined && !operations.includes(part))
    return missing('operation', part, operations);
  const steps = keysOf(getIn(owner, ['operations', part ?? '', 'steps']));
  if (type === 'step' && !steps.includes(inner as string)) return missing('step', inner as string, steps);
  return undefined;
}

function missing(what: string, name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  return `there is no ${what} \`${name}\`.${near ? ` Did you mean \`${near}\`?` : ''}`;
}

const WANTED: Readonly<Record<ParamType['type'], string>> = {
  service: 'the name of a service',
  newService: 'a name for the new service',
  destination: 'a service, or an operation such as payment.charge',
  operation: 'an operation such as payment.charge',
  step: 'a step such as payment.charge.capture',
  consumer: 'a consumer such as shipping.orders',
  channel: 'a channel such as rabbitmq/orders',
  channels: 'a channel or a list of channels',
  newQueue: 'a queue such as rabbitmq/parked',
  messageType: 'a message type such as OrderPlaced',
  order: 'a list of steps and groups',
  duration: 'a duration such as 300ms or 2s',
  durations: 'a list of durations such as [1s, 5s, 25s]',
  percent: 'a share such as 10%',
  int: 'a whole number',
  intMap: 'a map from operation or priority to a whole number',
  backoff: 'a back-off such as exponential(100ms max=2s jitter=full)',
  bool: 'true or false',
  enum: '',
  cel: 'an expression',
  field: 'the name of a field',
};

const wanted = ({ type, of }: ParamType) => (type === 'enum' ? `one of ${of.join(' ')}` : WANTED[type]);
