/** Carries messages through a broker and prints one line of JSON: `brokers.ts <product> <messages>`. */
import { carried } from './brokers/model.ts';
import { PRODUCTS } from './brokers/world.ts';

const [name = '', count = '20000'] = process.argv.slice(2);
const product = PRODUCTS.find((each) => each === name);
if (product === undefined) {
  console.error(`no broker "${name}"; one of: ${PRODUCTS.join(', ')}`);
  process.exit(2);
}
console.log(JSON.stringify({ product, ...carried(product, Number(count)) }));
