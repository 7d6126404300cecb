import type { Carried } from '../brokers/model.ts';
import { PRODUCTS, type Product } from '../brokers/world.ts';
import { median } from '../median.ts';
import { bundled, printed } from '../program.ts';
import type { Row, Section } from './section.ts';

const REPETITIONS = 3;
const MESSAGES = 20_000;
const REQUESTS = 60_000;
/** Bytes of one record in its columns. */
const A_RECORD = 44;

/** Carries messages and runs the bare kernel in turn, so that all meet the same weather. */
function run(): Row[] {
  const program = bundled(new URL('../brokers.ts', import.meta.url));
  const one = bundled(new URL('../one.ts', import.meta.url));
  const carried = new Map<Product, Carried[]>(PRODUCTS.map((product) => [product, []]));
  const bare: number[] = [];
  for (let i = 0; i < REPETITIONS; i++) {
    for (const [product, all] of carried) all.push(printed(program, product, String(MESSAGES)) as Carried);
    bare.push((printed(one, 'rpct', String(REQUESTS)) as { eps: number }).eps);
  }
  return [...carried].flatMap(([product, all]) => rowsOf(product, all, median(bare)));
}

/** `eps`: events a second of the bare kernel, which writes its record, too. */
function rowsOf(product: Product, all: readonly Carried[], eps: number): Row[] {
  const [{ messages, events, records }] = all as readonly [Carried];
  const speed = messages / median(all.map(({ secs }) => secs));
  const fastest = messages / (events / eps);
  const held = (median(all.map((each) => each.held)) / messages) * 1e6;
  const recorded = ((records * A_RECORD) / messages) * 1e6;
  return [
    {
      figure: `${product}, messages`,
      value: speed,
      unit: '/s',
      against: 'as many events on the bare kernel',
      limit: fastest,
      ratio: fastest / speed,
      aim: undefined,
    },
    {
      figure: `${product}, held for a million messages`,
      value: held / 1e6,
      unit: 'MB',
      against: 'the columns of their records',
      limit: recorded / 1e6,
      ratio: held / recorded,
      aim: undefined,
    },
  ];
}

/** Messages from a publisher over each broker to a consumer, with the record on. */
export const brokers: Section = { name: 'Brokers', run };
