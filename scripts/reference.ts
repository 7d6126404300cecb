import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { referencePages } from './reference-pages.ts';

const folder = fileURLToPath(new URL('../docs/reference', import.meta.url));
const pages = referencePages();
mkdirSync(folder, { recursive: true });
for (const file of readdirSync(folder)) if (!pages.has(file)) rmSync(`${folder}/${file}`);
for (const [file, text] of pages) writeFileSync(`${folder}/${file}`, text);
console.log(`docs/reference: ${pages.size} pages`);
