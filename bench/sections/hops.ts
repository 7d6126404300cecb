import { median } from '../median.ts';
import { bundled, printed } from '../program.ts';
import type { Row, Section } from './section.ts';

const REPETITIONS = 5;
const REQUESTS = 20_000;
/** Microseconds that an event may take in a whole run: half a million events a second. */
const AN_EVENT = 2;

interface Measured {
  readonly records: number;
  readonly events?: number;
  readonly latency: number;
  readonly secs: number;
}

function run(): Row[] {
  const program = bundled(new URL('../hops.ts', import.meta.url));
  const measured = (name: string) => printed(program, name, String(REQUESTS)) as Measured;
  const model: Measured[] = [];
  const plain: Measured[] = [];
  for (let i = 0; i < REPETITIONS; i++) {
    model.push(measured('model'));
    plain.push(measured('plain'));
  }
  const [one, other] = [model[0]!, plain[0]!];
  if (one.records !== other.records || Math.abs(one.latency / other.latency - 1) > 0.02)
    throw new Error(`not the same work: ${JSON.stringify([one, other])}`);
  const micros = (all: readonly Measured[], of: number) => (median(all.map(({ secs }) => secs)) * 1e6) / of;
  const against = (figure: string, of: number): Row => {
    const [value, limit] = [micros(model, of), micros(plain, of)];
    return {
      figure,
      value,
      unit: 'us',
      against: 'bare kernel, straight down',
      limit,
      ratio: value / limit,
      aim: undefined,
    };
  };
  const perEvent = micros(model, REQUESTS * ((one.events ?? 0) / REQUESTS));
  return [
    against('a request through five hops', REQUESTS),
    against('a record of it', one.records),
    {
      ...{ figure: 'an event of it', value: perEvent, unit: 'us', against: 'half a million a second' },
      ...{ limit: AN_EVENT, ratio: perEvent / AN_EVENT, aim: 1 },
    },
  ];
}

/** A request through a gateway, three services and a database, with sidecars: what the model costs over the kernel. */
export const hops: Section = { name: 'Hops', run };
