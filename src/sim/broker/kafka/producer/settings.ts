import type { ClientSettings } from '../client.ts';
import type { Acks } from '../cluster/leadership.ts';
import { ConfigException } from '../errors.ts';

/** A producer's settings, under Kafka's names. Times in ms, sizes in bytes. */
export interface ProducerSettings extends ClientSettings {
  readonly acks: Acks;
  readonly 'enable.idempotence': boolean;
  readonly retries: number;
  readonly 'delivery.timeout.ms': number;
  readonly 'max.in.flight.requests.per.connection': number;
  readonly 'linger.ms': number;
  readonly 'batch.size': number;
  readonly 'buffer.memory': number;
  readonly 'max.block.ms': number;
  readonly 'max.request.size': number;
  readonly 'partitioner.ignore.keys': boolean;
  readonly 'partitioner.adaptive.partitioning.enable': boolean;
  readonly 'partitioner.availability.timeout.ms': number;
  readonly 'transactional.id': string | null;
  readonly 'transaction.timeout.ms': number;
}

/** As people write them: `acks` by name or number. */
export type ProducerConfig = Partial<
  Omit<ProducerSettings, 'acks'> & { readonly acks: 'all' | 0 | 1 | -1 | '0' | '1' | '-1' }
>;

/** `ProducerConfig`, Kafka 4. */
const PRODUCER_DEFAULTS: ProducerSettings = {
  'client.id': 'producer-1',
  acks: -1,
  'enable.idempotence': true,
  retries: 2_147_483_647,
  'delivery.timeout.ms': 120_000,
  'request.timeout.ms': 30_000,
  'max.in.flight.requests.per.connection': 5,
  'linger.ms': 5,
  'batch.size': 16_384,
  'buffer.memory': 33_554_432,
  'max.block.ms': 60_000,
  'max.request.size': 1_048_576,
  'retry.backoff.ms': 100,
  'retry.backoff.max.ms': 1_000,
  'partitioner.ignore.keys': false,
  'partitioner.adaptive.partitioning.enable': true,
  'partitioner.availability.timeout.ms': 0,
  'transactional.id': null,
  'transaction.timeout.ms': 60_000,
  'metadata.max.age.ms': 300_000,
};

const ACKS: ReadonlyMap<string, Acks> = new Map([
  ['all', -1],
  ['-1', -1],
  ['1', 1],
  ['0', 0],
]);

/** A producer's settings in full, checked as `ProducerConfig.postProcessAndValidateIdempotenceConfigs` does. */
export function producerSettings(given: ProducerConfig = {}): ProducerSettings {
  const { acks: written = 'all', ...rest } = given;
  const acks = ACKS.get(String(written));
  if (acks === undefined) throw new ConfigException(`acks must be 0, 1 or all, not ${written}`);
  let settings: ProducerSettings = { ...PRODUCER_DEFAULTS, ...rest, acks };
  checkDelivery(settings, given['delivery.timeout.ms'] !== undefined, (raised) => {
    settings = raised;
  });
  const conflict = idempotenceConflict(settings);
  const wanted = given['enable.idempotence'] === true || settings['transactional.id'] !== null;
  if (given['enable.idempotence'] === false) {
    if (settings['transactional.id'] !== null)
      throw new ConfigException('Cannot set a transactional.id without also enabling idempotence.');
    return settings;
  }
  if (conflict === null) return settings;
  if (wanted) throw new ConfigException(conflict);
  return { ...settings, 'enable.idempotence': false };
}

function checkDelivery(
  settings: ProducerSettings,
  explicit: boolean,
  raise: (settings: ProducerSettings) => void,
): void {
  const least = settings['linger.ms'] + settings['request.timeout.ms'];
  if (settings['delivery.timeout.ms'] >= least) return;
  if (explicit)
    throw new ConfigException(
      'delivery.timeout.ms should be equal to or larger than linger.ms + request.timeout.ms',
    );
  raise({ ...settings, 'delivery.timeout.ms': least });
}

/** What keeps a producer from being idempotent. */
function idempotenceConflict(settings: ProducerSettings): string | null {
  if (settings.acks !== -1) return 'Must set acks to all in order to use the idempotent producer.';
  if (settings.retries === 0) return 'Must set retries to non-zero when using the idempotent producer.';
  if (settings['max.in.flight.requests.per.connection'] > 5)
    return 'Must set max.in.flight.requests.per.connection to at most 5 to use the idempotent producer.';
  return null;
}
