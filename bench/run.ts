/** Measures every section and prints a table: `run.ts [--json] [--seeds <n>] [name of a section ...]`. */
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { sections } from './sections/index.ts';
import type { Row } from './sections/section.ts';

const { values, positionals } = parseArgs({
  options: { json: { type: 'boolean', default: false }, seeds: { type: 'string', default: '1000' } },
  allowPositionals: true,
});
const { json } = values;
const extent = { seeds: Number(values.seeds) };
if (!Number.isInteger(extent.seeds) || extent.seeds < 1) {
  console.error(`--seeds is a number of runs, not "${values.seeds}"`);
  process.exit(2);
}
const wanted = positionals.map((word) => word.toLowerCase());
const chosen = sections.filter(({ name }) => wanted.length === 0 || wanted.includes(name.toLowerCase()));
if (chosen.length === 0) {
  console.error(`no such section; there are: ${sections.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}

const HEAD = ['figure', 'value', 'limit or peer', '', 'ratio', 'aim', ''];

/** Three significant digits, or whole. */
function written(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

function cells({ figure, value, unit, against, limit, ratio, aim }: Row): string[] {
  return [
    figure,
    `${written(value)} ${unit}`,
    `${written(limit)} ${unit}`,
    against,
    `${ratio.toFixed(2)}x`,
    aim === undefined ? '' : `<= ${aim}x`,
    aim === undefined ? '' : ratio <= aim ? 'met' : 'missed',
  ];
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const line = (row: readonly string[]) => row.map((cell, column) => cell.padEnd(widths[column]!)).join('  ');
  return rows.map((row) => line(row).trimEnd()).join('\n');
}

const results: { section: string; rows: Row[] }[] = [];
for (const section of chosen) {
  const rows = await section.run(extent);
  results.push({ section: section.name, rows });
  if (!json) console.log(`${section.name}\n${table([HEAD, ...rows.map(cells)])}\n`);
}
if (json) {
  console.log(
    JSON.stringify({ node: process.version, cpu: cpus()[0]?.model, cores: cpus().length, results }, null, 2),
  );
}
