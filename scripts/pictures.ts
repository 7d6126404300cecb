// Writes docs/pictures anew: after a change of what screens look like, or of what happens in the run that they show.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { pictures } from './picture-pages.ts';

const folder = fileURLToPath(new URL('../docs/pictures', import.meta.url));
const drawn = await pictures();
mkdirSync(folder, { recursive: true });
for (const file of readdirSync(folder)) if (!drawn.has(file)) rmSync(`${folder}/${file}`);
for (const [file, svg] of drawn) writeFileSync(`${folder}/${file}`, svg);
console.log(
  `docs/pictures: ${[...drawn].map(([file, svg]) => `${file} ${Math.ceil(svg.length / 1024)} KiB`).join(', ')}`,
);
