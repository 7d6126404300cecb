import { shorten } from '../../layout/text.ts';
import { Canvas } from '../canvas.ts';

/** One exercise in the course. */
interface CourseRow {
  readonly chapter: string;
  readonly title: string;
  /** 0 to 3; 0 where it was never passed. */
  readonly stars: number;
  readonly tries: number;
  /** Whether it is the one that is open. */
  readonly here: boolean;
}

/** Where one stands in the course. */
export interface Course {
  readonly rows: readonly CourseRow[];
  /** About the exercise that is open: tries, hints, the best result, each in a few words. */
  readonly about: readonly string[];
}

/** The course as a column: chapters, exercises with what became of them, and below the open one how it goes. */
export function drawCourse({ rows, about }: Course, width: number, height: number): Canvas {
  const lines: { text: string; role: 'dim' | 'text' | 'selected' | 'good' }[] = [];
  let chapter = '';
  let open = 0;
  for (const row of rows) {
    if (row.chapter !== chapter) {
      if (lines.length > 0) lines.push({ text: '', role: 'dim' });
      lines.push({ text: row.chapter, role: 'dim' });
      chapter = row.chapter;
    }
    if (row.here) open = lines.length;
    const mark = row.here ? '▸' : row.stars > 0 ? '✓' : row.tries > 0 ? '·' : ' ';
    const stars = row.stars > 0 ? ` ${'*'.repeat(row.stars)}` : '';
    const title = shorten(row.title, Math.max(1, width - 2 - stars.length));
    const role = row.here ? 'selected' : row.stars > 0 ? 'good' : 'text';
    lines.push({ text: `${mark} ${title}${stars}`, role });
    if (row.here)
      for (const text of about) lines.push({ text: `    ${shorten(text, width - 4)}`, role: 'dim' });
  }
  const canvas = new Canvas(width, height);
  const top = Math.max(0, Math.min(lines.length - height, open - (height >> 1)));
  lines.slice(top, top + height).forEach(({ text, role }, y) => {
    canvas.put(0, y, text, role);
  });
  return canvas;
}
